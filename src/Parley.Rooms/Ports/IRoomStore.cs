// Where rooms are kept: Parley.Data behind it in the product, memory in tests.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>Durable storage of rooms.</summary>
public interface IRoomStore
{
    /// <summary>Stores a commit in one transaction; when it returns, nothing of it can be lost. Storing the same commit twice changes nothing.</summary>
    /// <exception cref="Exception">Nothing was stored.</exception>
    Task<RoomCommitResult> CommitAsync(RoomCommit commit, CancellationToken cancellation);

    /// <summary>Every room that was running when the program stopped, each with the chat that a resume may have missed.</summary>
    Task<IReadOnlyList<StoredRoom>> LoadRunningAsync(CancellationToken cancellation);

    /// <summary>One running room; null when there is none.</summary>
    Task<StoredRoom?> LoadAsync(MeetingId meeting, CancellationToken cancellation);
}

/// <summary>A room as it was stored.</summary>
/// <param name="Snapshot">Its state.</param>
/// <param name="RecentChat">The newest messages in order of seq, at most 1000.</param>
public sealed record StoredRoom(RoomSnapshot Snapshot, IReadOnlyList<ChatRecord> RecentChat);
