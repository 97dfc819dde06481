// When a state machine wants to be woken, and why.
using System.Runtime.InteropServices;

namespace Parley.Rooms;

/// <summary>Why a room or the invitation book asks to be woken.</summary>
public enum DeadlineReason
{
    /// <summary>The grace period of somebody whose socket was lost ends.</summary>
    GraceOver,

    /// <summary>The room has been empty for long enough to end.</summary>
    EmptyOver,

    /// <summary>A failed commit is tried again.</summary>
    CommitRetry,

    /// <summary>Outputs have waited long enough for the database.</summary>
    PatienceOver,

    /// <summary>The oldest kept event is too old for a resume.</summary>
    EventsStale,

    /// <summary>A decline need not be remembered any longer.</summary>
    DeclineStale,

    /// <summary>An invitation has rung long enough.</summary>
    InvitationOver,

    /// <summary>A settled invitation need not be remembered any longer.</summary>
    InvitationStale,
}

/// <summary>A time to be woken at.</summary>
/// <param name="At">When.</param>
/// <param name="Reason">Why.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Deadline(DateTimeOffset At, DeadlineReason Reason)
{
    /// <summary>The earlier of two deadlines.</summary>
    public static Deadline? Earlier(Deadline? left, Deadline? right) =>
        left is null ? right : right is null || left.Value.At <= right.Value.At ? left : right;
}
