// The loop around a room: order, bounds, timers, the store off-turn, and bugs that end one room alone.
using System.Collections.Concurrent;
using System.Threading.Channels;
using Parley.Protocol;

namespace Parley.Rooms.Tests;

public sealed class RoomActorTests
{
    private readonly VirtualTime _time = new();
    private readonly Outlet _outlet = new();
    private readonly Store _store = new();
    private readonly Faults _faults = new();

    [Fact]
    public async Task A_turn_runs_on_its_poster_and_its_commit_off_turn()
    {
        var actor = Start();

        Assert.True(actor.TryPost(Join(1, Stage.Owner)));

        Assert.Empty(_outlet.Replies);
        Assert.Equal(1, actor.Digest.ParticipantCount);
        _store.Complete();
        await _outlet.Until(() => !_outlet.Replies.IsEmpty);
        Assert.IsType<HostJoinedRoom>(Assert.Single(_outlet.Replies).Message);
    }

    [Fact]
    public async Task Posts_from_many_threads_are_all_handled_one_at_a_time()
    {
        _store.AtOnce = true;
        var actor = Start(capacity: 100_000);
        Assert.True(actor.TryPost(Join(1, Stage.Owner)));
        var me = _outlet.Attached[new ConnectionId(1)];

        await Task.WhenAll(Enumerable.Range(0, 8).Select(t => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
                Assert.True(actor.TryPost(new ParticipantMessage(new ConnectionId(1), me, new ChatMessage("x", $"{t}-{i}") { Id = $"{t}-{i}" })));
        })));
        await _outlet.Until(() => _outlet.Replies.Count == 4001);

        Assert.Equal(4000, _outlet.Replies.Select(r => r.Message).OfType<ChatMessageFrom>().Select(c => c.ClientId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(4000, _store.Memory.Chat.Count);
        Assert.Empty(_faults.Broken);
    }

    [Fact]
    public async Task A_full_mailbox_refuses()
    {
        var actor = Start(capacity: 2);
        List<bool> posted = [];
        _outlet.OnReply = () =>
        {
            _outlet.OnReply = null;
            for (var i = 0; i < 4; i++)
                posted.Add(actor.TryPost(new DeadlineDue()));
        };
        Assert.True(actor.TryPost(Join(1, Stage.Owner)));

        _store.Complete();
        await _outlet.Until(() => !_outlet.Replies.IsEmpty);

        Assert.Equal([true, true, false, false], posted);
    }

    [Fact]
    public void There_is_one_timer_while_there_is_a_deadline_and_none_otherwise()
    {
        _store.AtOnce = true;
        var actor = Start();
        Assert.True(actor.TryPost(Join(1, Stage.Owner)));
        _time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(0, _time.Armed);
        Assert.Equal(1, actor.Digest.ParticipantCount);

        Assert.True(actor.TryPost(new ConnectionLost(new ConnectionId(1), _outlet.Attached[new ConnectionId(1)])));
        Assert.Equal(1, _time.Armed);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(0, actor.Digest.ParticipantCount);
        _time.Advance(TimeSpan.FromSeconds(61));

        Assert.True(_outlet.HasEnded);
        Assert.Equal(MeetingState.Ended, actor.Digest.State);
        Assert.Equal(0, _time.Armed);
        Assert.False(actor.TryPost(Join(2, Stage.Owner)));
    }

    [Fact]
    public async Task A_store_that_throws_is_told_and_tried_again()
    {
        var actor = Start();
        Assert.True(actor.TryPost(Join(1, Stage.Owner)));

        _store.AtOnce = true;
        _store.Fail(new InvalidOperationException("disk"));
        await _outlet.Until(() => !_outlet.Replies.IsEmpty);
        Assert.Equal("disk", Assert.Single(_faults.Commits).Message);
        Assert.IsType<HostJoinedRoom>(Assert.Single(_outlet.Replies).Message);
        Assert.True(actor.TryPost(new DeadlineDue()));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(actor.TryPost(new DeadlineDue()));

        await _store.Stored;
        Assert.NotNull(_store.Memory.Snapshot);
        Assert.False(actor.IsClosed);
    }

    [Fact]
    public async Task A_store_that_never_answers_counts_as_failed()
    {
        var actor = Start();
        Assert.True(actor.TryPost(Join(1, Stage.Owner)));

        _time.Advance(TimeSpan.FromSeconds(16));
        await _outlet.Until(() => !_outlet.Replies.IsEmpty && !_faults.Commits.IsEmpty);

        Assert.IsType<TimeoutException>(_faults.Commits.First());
        Assert.IsType<HostJoinedRoom>(Assert.Single(_outlet.Replies).Message);
    }

    [Fact]
    public void A_turn_that_throws_ends_this_room_alone_and_its_people_are_told()
    {
        _store.AtOnce = true;
        var actor = Start();
        Assert.True(actor.TryPost(Join(1, Stage.Owner)));

        Assert.True(actor.TryPost(new Unknown()));

        Assert.IsType<Unknown>(Assert.Single(_faults.Broken));
        Assert.Equal((new ConnectionId(1), CloseCode.Internal), Assert.Single(_outlet.Closed));
        Assert.Equal(ErrorCodes.Internal, Assert.IsType<Error>(_outlet.Replies.Last().Message).Code);
        Assert.True(_outlet.HasBroken);
        Assert.False(actor.TryPost(Join(2, Stage.Owner)));
        Assert.Single(Room.Restore(_store.Memory.Load(), new RoomOptions(), new SeededEntropy(2), _time.GetUtcNow()).Snapshot().Participants);
    }

    [Fact]
    public void What_came_after_the_end_goes_back_to_the_directory()
    {
        _store.AtOnce = true;
        var actor = Start();
        Assert.True(actor.TryPost(Join(1, Stage.Owner)));
        var late = Join(2, Stage.Owner);
        _outlet.OnEnded = () => Assert.True(actor.TryPost(late));

        Assert.True(actor.TryPost(new EndMeeting("deleted")));

        Assert.Equal([late], _outlet.Undelivered);
    }

    private static EnterRoom Join(long connection, UserIdentity user) =>
        new(new ConnectionId(connection), user, new JoinRoom(default, ClientId: $"c{connection}") { Id = "1" });

    private RoomActor Start(int capacity = 100) => new(
        Room.Create(new Stage().Meeting, new RoomOptions(), new SeededEntropy(1), _time.GetUtcNow()),
        _outlet,
        _store,
        _time,
        _faults,
        new ActorOptions { MailboxCapacity = capacity });

    private sealed record Unknown : RoomCommand;

    private sealed class Store : IRoomStore
    {
        private readonly Queue<(RoomCommit Commit, TaskCompletionSource<RoomCommitResult> Done)> _waiting = new();

        private readonly TaskCompletionSource _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public MemoryRoomStore Memory { get; } = new();

        public Task Stored => _stored.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public bool AtOnce { get; set; }

        public Task<RoomCommitResult> CommitAsync(RoomCommit commit, CancellationToken cancellation)
        {
            if (AtOnce)
            {
                var result = Memory.Store(commit);
                _ = _stored.TrySetResult();
                return Task.FromResult(result);
            }

            var done = new TaskCompletionSource<RoomCommitResult>();
            _waiting.Enqueue((commit, done));
            return done.Task;
        }

        public void Complete()
        {
            var (commit, done) = _waiting.Dequeue();
            done.SetResult(Memory.Store(commit));
        }

        public void Fail(Exception exception) => _waiting.Dequeue().Done.SetException(exception);

        public Task<IReadOnlyList<StoredRoom>> LoadRunningAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task<StoredRoom?> LoadAsync(MeetingId meeting, CancellationToken cancellation) => throw new NotSupportedException();
    }

    private sealed class Faults : IActorFaults
    {
        public ConcurrentQueue<RoomCommand> Broken { get; } = new();

        public ConcurrentQueue<Exception> Commits { get; } = new();

        public void RoomBroke(MeetingId meeting, RoomCommand command, Exception exception) => Broken.Enqueue(command);

        public void RoomCommitFailed(MeetingId meeting, long version, Exception exception) => Commits.Enqueue(exception);

        public void InvitationsBroke(InvitationCommand command, Exception exception) => throw new NotSupportedException();

        public void InvitationStoreFailed(InvitationId invitation, Exception exception) => throw new NotSupportedException();
    }

    private sealed class Outlet : IRoomOutlet
    {
        private readonly Channel<bool> _changed = Channel.CreateUnbounded<bool>();

        public ConcurrentQueue<(ConnectionId Connection, ServerMessage Message)> Replies { get; } = new();

        public ConcurrentDictionary<ConnectionId, ParticipantId> Attached { get; } = new();

        public List<(ConnectionId Connection, CloseCode Code)> Closed { get; } = [];

        public List<RoomCommand> Undelivered { get; } = [];

        public Action? OnReply { get; set; }

        public Action? OnEnded { get; set; }

        public bool HasEnded { get; private set; }

        public bool HasBroken { get; private set; }

        public async Task Until(Func<bool> condition)
        {
            while (!condition())
                _ = await _changed.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        }

        public void Attach(ParticipantId participant, ConnectionId connection) => Attached[connection] = participant;

        public void Detach(ParticipantId participant, ConnectionId connection) => Attached.TryRemove(connection, out _);

        public void Reply(ConnectionId connection, ServerMessage message)
        {
            OnReply?.Invoke();
            Replies.Enqueue((connection, message));
            _ = _changed.Writer.TryWrite(true);
        }

        public void Send(ParticipantId participant, ReadOnlyMemory<byte> utf8)
        {
        }

        public void Close(ConnectionId connection, CloseCode code, string reason) => Closed.Add((connection, code));

        public void Ring(ConnectionId connection, UserIdentity inviter, EntryPass pass, Invite request) => throw new NotSupportedException();

        public void EndStreams(UserId? user)
        {
        }

        public void Audit(RoomAudit entry)
        {
        }

        public void Measure(RoomMeasure measure)
        {
        }

        public void Ended()
        {
            HasEnded = true;
            OnEnded?.Invoke();
        }

        public void Broke() => HasBroken = true;

        void IRoomOutlet.Undelivered(RoomCommand command) => Undelivered.Add(command);
    }
}
