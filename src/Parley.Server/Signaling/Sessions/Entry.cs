// A connection's way into a room, from the request to its answer. While one that was asked for is under way no further message of the connection is read.
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
    private readonly TaskCompletionSource<string?> _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MeetingCode Code { get; } = code;

    public EntryKind Kind { get; } = kind;

    public long StartedAt { get; } = startedAt;

    /// <summary>Completes with the answer, or with the end of the connection: null for a success, else the code of the refusal.</summary>
    public Task<string?> Settled => _settled.Task;

    /// <summary>The entry is over.</summary>
    /// <param name="fault">Null for a success, else the code of the refusal.</param>
    public void Settle(string? fault) => _settled.TrySetResult(fault);

    /// <summary>The entry is over by this answer.</summary>
    public void Settle(ServerMessage answer) => Settle((answer as Error)?.Code);

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
