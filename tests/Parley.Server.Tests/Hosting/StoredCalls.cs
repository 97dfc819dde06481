// Puts a finished call into a server's database, as a room's commits would.
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Server.Tests.Hosting;

/// <summary>Writes chat, attendance and history for tests that only read them.</summary>
public static class StoredCalls
{
    /// <summary>Stores one commit of an ended room.</summary>
    public static Task StoreAsync(
        ParleyFixture server,
        MeetingId meeting,
        DateTimeOffset startedAt,
        IReadOnlyList<StayRecord> stays,
        IReadOnlyList<ChatRecord>? chat = null,
        IReadOnlyList<CallLogRecord>? calls = null)
    {
        var settings = new MeetingSettings(meeting, default, null, MeetingKind.Video, default, true, 100, startedAt);
        var snapshot = new RoomSnapshot(settings, MeetingState.Ended, 1, 1, 0, 1024, false, null, startedAt, 1, [], [], [], []);
        var status = new MeetingStatus(MeetingState.Ended, startedAt, startedAt.AddMinutes(5));
        return new Data.RoomStore(server.Service<Data.Database>()).CommitAsync(new RoomCommit(meeting, 1, snapshot, status, chat ?? [], stays, calls ?? []), CancellationToken.None);
    }

    /// <summary>A stay of five minutes.</summary>
    public static StayRecord Stay(MeetingId meeting, string user, string name, DateTimeOffset joinedAt, DateTimeOffset? leftAt) =>
        new(new ParticipantId(Guid.CreateVersion7()), meeting, UserId.Parse(user), name, ParticipantRole.Participant, joinedAt, leftAt);

    /// <summary>A message to all, or to one.</summary>
    public static ChatRecord Message(MeetingId meeting, long seq, string from, string text, DateTimeOffset sentAt, string? to = null) => new(
        new MessageId(Guid.CreateVersion7()),
        meeting,
        seq,
        new ParticipantId(Guid.CreateVersion7()),
        UserId.Parse(from),
        "Sender",
        text,
        $"client-{seq}",
        sentAt,
        to is null ? null : new ParticipantId(Guid.CreateVersion7()),
        to is null ? null : UserId.Parse(to),
        to is null ? null : "Receiver");
}
