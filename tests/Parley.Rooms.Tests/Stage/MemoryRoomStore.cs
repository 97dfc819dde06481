// What a database keeps of one room: the contract of IRoomStore, in memory.
using Parley.Protocol;

namespace Parley.Rooms.Tests;

internal sealed class MemoryRoomStore
{
    public RoomSnapshot? Snapshot { get; private set; }

    public MeetingStatus? Status { get; private set; }

    public List<ChatRecord> Chat { get; } = [];

    public Dictionary<ParticipantId, StayRecord> Stays { get; } = [];

    public Dictionary<UserId, CallLogRecord> Logs { get; } = [];

    public RoomCommitResult Store(RoomCommit commit)
    {
        List<ChatDuplicate> duplicates = [];
        foreach (var chat in commit.Chat)
        {
            if (Chat.Find(c => c.FromUser == chat.FromUser && c.ClientId == chat.ClientId) is { } stored)
                duplicates.Add(new ChatDuplicate(chat.Id, stored));
            else
                Chat.Add(chat);
        }

        foreach (var stay in commit.Stays)
            Stays[stay.Id] = stay;
        foreach (var log in commit.CallLogs)
            Logs[log.User] = log;
        Status = commit.Status;

        // Through JSON, as a database would keep it.
        Snapshot = commit.Status.State == MeetingState.Ended ? null : RoomSnapshot.FromJson(commit.Snapshot.ToJson());
        return new RoomCommitResult(duplicates);
    }

    public StoredRoom Load() => new(Snapshot ?? throw new InvalidOperationException("Nothing is stored."), [.. Chat.OrderBy(c => c.Seq).TakeLast(1000)]);
}
