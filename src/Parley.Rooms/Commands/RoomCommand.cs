// Everything that may enter a room. Each is handled in one turn, without IO.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>One input of a room.</summary>
public abstract record RoomCommand;

/// <summary>What an accepted invitation lets its bearer pass. Nothing passes a removal or the capacity.</summary>
public enum EntryPass
{
    /// <summary>Nothing: the lobby and the lock hold.</summary>
    None,

    /// <summary>The lobby (a co-host invited).</summary>
    Lobby,

    /// <summary>The lobby and the lock (the host invited).</summary>
    LobbyAndLock,
}

/// <summary>How a successful entry is answered.</summary>
public enum EntryReply
{
    /// <summary>As join_room: host_joined_room, joined_room or waiting_room.</summary>
    Join,

    /// <summary>As accept_invitation: joined_room or waiting_room.</summary>
    Invitation,

    /// <summary>By the unasked room_created, on the inviter's connection.</summary>
    RoomCreated,
}

/// <summary>join_room, accept_invitation, or the inviter's entry into the room made for a call. The password has been verified by the sender.</summary>
/// <param name="Connection">The asking socket.</param>
/// <param name="User">Who asks.</param>
/// <param name="Request">The request; its Id is repeated in the answer.</param>
/// <param name="Pass">What an invitation lets them pass.</param>
/// <param name="Reply">How success is answered.</param>
/// <param name="PasswordVerified">False when the meeting's password was wrong or missing: refused with wrong_password unless they are in already (a repeated join).</param>
public sealed record EnterRoom(
    ConnectionId Connection,
    UserIdentity User,
    JoinRoom Request,
    EntryPass Pass = EntryPass.None,
    EntryReply Reply = EntryReply.Join,
    bool PasswordVerified = true) : RoomCommand;

/// <summary>resume_room.</summary>
/// <param name="Connection">The new socket.</param>
/// <param name="User">Who asks.</param>
/// <param name="Request">The request.</param>
public sealed record ResumePresence(ConnectionId Connection, UserIdentity User, ResumeRoom Request) : RoomCommand;

/// <summary>Any other message of somebody who is in or waits. Refused with not_in_room when the connection is no longer theirs.</summary>
/// <param name="Connection">The sending socket.</param>
/// <param name="Participant">Whose it is.</param>
/// <param name="Message">The message.</param>
public sealed record ParticipantMessage(ConnectionId Connection, ParticipantId Participant, ClientMessage Message) : RoomCommand;

/// <summary>A socket ended without leave_room. Ignored when a newer connection has taken over.</summary>
/// <param name="Connection">The lost socket.</param>
/// <param name="Participant">Whose it was.</param>
public sealed record ConnectionLost(ConnectionId Connection, ParticipantId Participant) : RoomCommand;

/// <summary>A deadline may be due; the room looks at its own list.</summary>
public sealed record DeadlineDue : RoomCommand;

/// <summary>A commit came to an end.</summary>
/// <param name="Version">Which commit.</param>
/// <param name="Result">What the store says; null when it failed.</param>
public sealed record CommitSettled(long Version, RoomCommitResult? Result) : RoomCommand;

/// <summary>The meeting's settings were changed by REST and are stored already.</summary>
/// <param name="Settings">The new settings. Lobby off admits all who wait.</param>
public sealed record SettingsChanged(MeetingSettings Settings) : RoomCommand;

/// <summary>The meeting is ended from outside a socket: REST, or deletion.</summary>
/// <param name="Reason">host_ended or deleted.</param>
public sealed record EndMeeting(string Reason) : RoomCommand;

/// <summary>Whether a user could come in now, asked for a way in that is none of signaling's. Changes nothing.</summary>
/// <param name="User">Who asks.</param>
/// <param name="PasswordVerified">True when the meeting has no password, or this user needs none.</param>
/// <param name="Answer">Called once, in the turn: it only hands the verdict on. Null when the command came after the room's end: another room may stand in its place.</param>
public sealed record AskEntry(UserIdentity User, bool PasswordVerified, Action<EntryVerdict?> Answer) : RoomCommand;

/// <summary>What <see cref="AskEntry"/> is answered; the refusals in the order of join_room's.</summary>
public enum EntryVerdict
{
    /// <summary>They are in, or would be at once.</summary>
    Welcome,

    /// <summary>The meeting is over.</summary>
    Ended,

    /// <summary>They are not in, and did not show the password.</summary>
    WrongPassword,

    /// <summary>They were removed.</summary>
    Removed,

    /// <summary>They are not in, and the room is locked.</summary>
    Locked,

    /// <summary>They are not in, and as many are as may be.</summary>
    Full,

    /// <summary>They would have to wait for admission.</summary>
    MustWait,
}

/// <summary>A user lost the right to be here (account removed or disabled, password changed): all their presences leave.</summary>
/// <param name="User">Whose.</param>
public sealed record UserRevoked(UserId User) : RoomCommand;
