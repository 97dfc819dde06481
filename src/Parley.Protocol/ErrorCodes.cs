// The stable codes of signaling errors and WebSocket closes (docs/protocol.md, "Error codes", "Close codes").
namespace Parley.Protocol;

/// <summary>Codes that an <c>error</c> message carries.</summary>
public static class ErrorCodes
{
    /// <summary>Not JSON of a known type within the limits.</summary>
    public const string BadMessage = "bad_message";

    /// <summary>No valid token was shown.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>The role or the kind of user does not allow it.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>The sender is in no room, or is still waiting.</summary>
    public const string NotInRoom = "not_in_room";

    /// <summary>This connection is in a room already.</summary>
    public const string AlreadyInRoom = "already_in_room";

    /// <summary>Nobody of that id is in this room.</summary>
    public const string PeerNotFound = "peer_not_found";

    /// <summary>No meeting has this code.</summary>
    public const string MeetingNotFound = "meeting_not_found";

    /// <summary>The meeting's password is wrong or missing.</summary>
    public const string WrongPassword = "wrong_password";

    /// <summary>The room holds as many as it may.</summary>
    public const string RoomFull = "room_full";

    /// <summary>The host has locked the room.</summary>
    public const string RoomLocked = "room_locked";

    /// <summary>The meeting is over.</summary>
    public const string MeetingEnded = "meeting_ended";

    /// <summary>Only the host may do this.</summary>
    public const string NotHost = "not_host";

    /// <summary>The participant was removed from this room.</summary>
    public const string Removed = "removed";

    /// <summary>Too many messages or tries.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>A field is larger than its limit.</summary>
    public const string TooLarge = "too_large";

    /// <summary>The invited user has no connection.</summary>
    public const string UserOffline = "user_offline";

    /// <summary>No such invitation rings.</summary>
    public const string InvitationNotFound = "invitation_not_found";

    /// <summary>A failure of the server; trying again may help.</summary>
    public const string Internal = "internal";
}

/// <summary>Codes a WebSocket is closed with.</summary>
public enum CloseCode
{
    /// <summary>Not closed, or closed without a code.</summary>
    None = 0,

    /// <summary>Normal end (RFC 6455 §7.4.1).</summary>
    Normal = 1000,

    /// <summary>A failure of the server (RFC 6455 §7.4.1): the client comes back and resumes.</summary>
    Internal = 1011,

    /// <summary>The peer's bytes are beyond repair.</summary>
    Malformed = 4400,

    /// <summary>No valid token in time.</summary>
    Unauthenticated = 4401,

    /// <summary>The account was disabled, removed, or its password changed.</summary>
    AccountDisabled = 4403,

    /// <summary>Nothing was heard for 30 s.</summary>
    Silent = 4408,

    /// <summary>A newer connection resumed this participant.</summary>
    Replaced = 4409,

    /// <summary>Too many messages after two refusals.</summary>
    Flooding = 4429,

    /// <summary>The server is draining; the reason holds retry_after.</summary>
    Draining = 4503,

    /// <summary>The outgoing queue overflowed.</summary>
    TooSlow = 4508,
}
