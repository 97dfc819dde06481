// One ring while the book remembers it.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>An invitation in memory: its record, and what is not worth storing.</summary>
internal sealed class Invitation(InvitationRecord record)
{
    public InvitationRecord Record { get; set; } = record;

    public InvitationId Id => Record.Id;

    /// <summary>The inviting connection; null while the inviter is away.</summary>
    public ConnectionId? InviterConnection { get; set; }

    /// <summary>Who took the call and waits for its meeting, each with the id of the request.</summary>
    public List<(ConnectionId Connection, UserIdentity User, string? RequestId)> Takers { get; } = [];

    /// <summary>Until when a meeting is being made; null when none is.</summary>
    public DateTimeOffset? MakingUntil { get; set; }

    /// <summary>The connections that took the call and are on their way into its room.</summary>
    public HashSet<ConnectionId> Entering { get; } = [];

    /// <summary>Until when the room may answer them; null when nobody is on the way.</summary>
    public DateTimeOffset? EnteringUntil { get; set; }

    /// <summary>When it may be forgotten, once settled.</summary>
    public DateTimeOffset? ForgetAt { get; set; }

    /// <summary>When the book must look at it again.</summary>
    public DateTimeOffset WakeAt => ForgetAt ?? Later(MakingUntil, Later(EnteringUntil, Record.ExpiresAt));

    /// <summary>The invited user had no connection, which the inviter was told.</summary>
    public bool WasOffline => Record.State == InvitationState.Missed && Record.ExpiresAt == Record.SentAt;

    /// <summary>What tells a client how it ended; null while it rings.</summary>
    public ServerMessage? Outcome => Record.State switch
    {
        InvitationState.Accepted => new InvitationAccepted(Id, Record.Code ?? default),
        InvitationState.Declined => new InvitationDeclined(Id),
        InvitationState.Cancelled => new InvitationCancelled(Id),
        InvitationState.Missed => new InvitationMissed(Id),
        _ => null,
    };

    private static DateTimeOffset Later(DateTimeOffset? perhaps, DateTimeOffset other) => perhaps > other ? perhaps.Value : other;
}
