// Makes room commits as a running room would.
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data.Tests;

/// <summary>A meeting's room, step by step.</summary>
internal sealed class RoomBuilder(MeetingRecord meeting, int epoch = 1)
{
    private long _version;
    private long _seq;

    public MeetingId Meeting => meeting.Id;

    public static ParticipantId NewParticipant() => new(Guid.CreateVersion7(TestDatabase.Now));

    public ChatRecord Chat(UserRecord from, string text, string clientId, UserRecord? to = null) => new(
        new MessageId(Guid.CreateVersion7(TestDatabase.Now)),
        meeting.Id,
        ++_seq,
        NewParticipant(),
        from.Id,
        from.Name,
        text,
        clientId,
        TestDatabase.Now.AddSeconds(_seq),
        to is null ? null : NewParticipant(),
        to?.Id,
        to?.Name);

    public StayRecord Stay(UserRecord user, int fromSecond, int? untilSecond = null, ParticipantRole role = ParticipantRole.Participant) =>
        new(NewParticipant(), meeting.Id, user.Id, user.Name, role, Second(fromSecond), untilSecond is { } until ? Second(until) : null);

    public CallLogRecord Log(UserRecord user, int fromSecond, int untilSecond, CallOutcome outcome = CallOutcome.Completed) => new(
        meeting.Id,
        meeting.Code,
        meeting.Title,
        user.Id,
        ParticipantRole.Participant,
        outcome,
        Second(fromSecond),
        Second(untilSecond),
        untilSecond - fromSecond);

    public RoomSnapshot Snapshot(long version, MeetingState state = MeetingState.Active) => new(
        meeting.ToSettings(),
        state,
        epoch,
        version,
        _seq,
        _seq + 1024,
        Locked: true,
        HostId: null,
        TestDatabase.Now,
        NextOrder: 3,
        [
            new ParticipantSnapshot(
                NewParticipant(),
                new UserIdentity(meeting.OwnerId, "Zoë \0 \"x\"", UserKind.Account),
                "Zoë \0 \"x\"",
                "tab-1",
                ParticipantRole.Host,
                Waiting: false,
                1,
                Mic: true,
                Camera: false,
                Screen: false,
                TestDatabase.Now.AddTicks(1),
                TestDatabase.Now,
                [1, 2, 3],
                null),
        ],
        [meeting.OwnerId],
        [],
        [new CallTally(meeting.OwnerId, TestDatabase.Now, TestDatabase.Now, 1.5)]);

    public RoomCommit Commit(
        MeetingState state = MeetingState.Active,
        IReadOnlyList<ChatRecord>? chat = null,
        IReadOnlyList<StayRecord>? stays = null,
        IReadOnlyList<CallLogRecord>? logs = null,
        long? version = null)
    {
        var at = version ?? ++_version;
        return new RoomCommit(
            meeting.Id,
            at,
            Snapshot(at, state),
            new MeetingStatus(state, TestDatabase.Now, state == MeetingState.Ended ? TestDatabase.Now.AddHours(1) : null),
            chat ?? [],
            stays ?? [],
            logs ?? []);
    }

    public static DateTimeOffset Second(int second) => TestDatabase.Now.AddSeconds(second);
}
