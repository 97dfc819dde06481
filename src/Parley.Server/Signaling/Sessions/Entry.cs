// A connection's way into a room, from the request to its answer. While it is under way no further message of the connection is read.
using Parley.Protocol;

namespace Parley.Server.Signaling.Sessions;

/// <summary>How somebody comes in.</summary>
internal enum EntryKind
{
    Join,
    Resume,
    Invitation,
}

/// <summary>An entry under way.</summary>
/// <param name="code">The room.</param>
/// <param name="kind">How.</param>
/// <param name="startedAt">The clock's timestamp of the request.</param>
internal sealed class Entry(MeetingCode code, EntryKind kind, long startedAt)
{
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MeetingCode Code { get; } = code;

    public EntryKind Kind { get; } = kind;

    public long StartedAt { get; } = startedAt;

    /// <summary>Completes with the answer, or with the end of the connection.</summary>
    public Task Settled => _settled.Task;

    /// <summary>The entry is over.</summary>
    public void Settle() => _settled.TrySetResult();

    /// <summary>Whether this is the answer to an entry, and not one to an earlier request.</summary>
    public bool IsAnsweredBy(ServerMessage message) => message switch
    {
        Error or WaitingRoom => true,
        JoinedRoom => Kind != EntryKind.Resume,
        HostJoinedRoom => Kind == EntryKind.Join,
        RoomCreated => Kind == EntryKind.Invitation,
        RoomResumed or AcceptedIntoRoom or DeclinedFromRoom => Kind == EntryKind.Resume,
        _ => false,
    };
}
