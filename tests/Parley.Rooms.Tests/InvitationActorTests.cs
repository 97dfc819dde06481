// The loop around the invitation book: a store that fails or hangs does not keep a call from ringing, and one timer ends what nobody answers.
using System.Collections.Concurrent;
using Parley.Protocol;

namespace Parley.Rooms.Tests;

public sealed class InvitationActorTests
{
    private static readonly ConnectionId Caller = new(1);
    private static readonly UserIdentity Ben = Stage.Account(2, "Ben");

    private readonly VirtualTime _time = new();
    private readonly Outlet _outlet = new();
    private readonly Store _store = new();
    private readonly Faults _faults = new();

    [Fact]
    public void A_failing_store_keeps_no_call_from_ringing_and_is_reported()
    {
        _store.Next = static () => Task.FromException(new IOException("The disk is gone."));
        using var actor = Start();

        var sent = Ring(actor);

        Assert.Equal(sent.InvitationId, Assert.Single(_outlet.ToUser<IncomingInvitation>(Ben.Id)).InvitationId);
        Assert.Equal(sent.InvitationId, Assert.Single(_faults.Unstored));
        Assert.Empty(_faults.Broken);
    }

    [Fact]
    public void A_hanging_store_is_waited_for_no_longer_than_patience()
    {
        _store.Next = static () => new TaskCompletionSource().Task;
        using var actor = Start();
        Assert.True(actor.TryPost(new RingUser(Caller, Stage.Owner, new Invite(Ben.Id) { Id = "r" }, InvitedOnline: true)));
        Assert.Empty(_outlet.Replies);

        _time.Advance(new InvitationOptions().StorePatience + TimeSpan.FromMilliseconds(5));
        Assert.Single(_outlet.Replies);
        Assert.Single(_outlet.ToUser<IncomingInvitation>(Ben.Id));

        _time.Advance(new ActorOptions().StoreTimeout);
        Assert.Single(_faults.Unstored);
    }

    [Fact]
    public void What_nobody_answers_is_missed_in_time_and_an_idle_book_holds_no_timer()
    {
        using var actor = Start();
        var sent = Ring(actor);
        Assert.Equal(1, _time.Armed);

        _time.Advance(TimeSpan.FromSeconds(44));
        Assert.Empty(_outlet.ToUser<InvitationMissed>(Ben.Id));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(sent.InvitationId, Assert.Single(_outlet.ToUser<InvitationMissed>(Ben.Id)).InvitationId);
        Assert.Single(_outlet.ToUser<InvitationMissed>(Stage.Owner.Id));
        Assert.Equal(CallOutcome.Missed, Assert.Single(_store.Changes, static change => change.Unanswered is not null).Unanswered!.Outcome);

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, _time.Armed);
    }

    [Fact]
    public void A_restored_call_is_missed_without_anybody_asking()
    {
        using (var first = Start())
            _ = Ring(first);
        using var second = Start(_store.Changes.Select(static change => change.Invitation));

        _time.Advance(TimeSpan.FromSeconds(46));

        Assert.Single(_outlet.ToUser<InvitationMissed>(Ben.Id));
    }

    [Fact]
    public void A_bug_costs_one_command()
    {
        using var actor = Start();
        _outlet.Throws = true;
        Assert.True(actor.TryPost(new RingUser(Caller, Stage.Owner, new Invite(Stage.Owner.Id) { Id = "self" }, InvitedOnline: true)));
        Assert.IsType<RingUser>(Assert.Single(_faults.Broken));

        _outlet.Throws = false;
        Ring(actor);
    }

    [Fact]
    public void A_stopped_book_takes_nothing_and_wakes_nobody()
    {
        var actor = Start();
        Ring(actor);
        actor.Dispose();

        Assert.False(actor.TryPost(new InvitationDeadlineDue()));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(_outlet.ToUser<InvitationMissed>(Ben.Id));
    }

    private InvitationActor Start(IEnumerable<InvitationRecord>? stored = null)
    {
        var book = InvitationBook.Restore(stored ?? [], new InvitationOptions(), new SeededEntropy(3));
        return new InvitationActor(book, _outlet, _store, _time, _faults, new ActorOptions());
    }

    private InvitationSent Ring(InvitationActor actor)
    {
        Assert.True(actor.TryPost(new RingUser(Caller, Stage.Owner, new Invite(Ben.Id) { Id = "r" }, InvitedOnline: true)));
        return Assert.IsType<InvitationSent>(_outlet.Replies.Last());
    }

    private sealed class Store : IInvitationStore
    {
        public Func<Task> Next { get; set; } = static () => Task.CompletedTask;

        public List<InvitationChange> Changes { get; } = [];

        public Task StoreAsync(InvitationChange change, CancellationToken cancellation)
        {
            Changes.Add(change);
            return Next();
        }

        public Task<IReadOnlyList<InvitationRecord>> LoadAsync(DateTimeOffset expiresAfter, CancellationToken cancellation) => throw new NotSupportedException();
    }

    private sealed class Faults : IActorFaults
    {
        public List<InvitationCommand> Broken { get; } = [];

        public ConcurrentBag<InvitationId> Unstored { get; } = [];

        public void RoomBroke(MeetingId meeting, RoomCommand command, Exception exception) => throw new NotSupportedException();

        public void RoomCommitFailed(MeetingId meeting, long version, Exception exception) => throw new NotSupportedException();

        public void InvitationsBroke(InvitationCommand command, Exception exception) => Broken.Add(command);

        public void InvitationStoreFailed(InvitationId invitation, Exception exception) => Unstored.Add(invitation);
    }

    private sealed class Outlet : IInvitationOutlet
    {
        private readonly List<(UserId User, ServerMessage Message)> _told = [];

        public bool Throws { get; set; }

        public List<ServerMessage> Replies { get; } = [];

        public IReadOnlyList<T> ToUser<T>(UserId user)
            where T : ServerMessage => [.. _told.Where(t => t.User == user).Select(t => t.Message).OfType<T>()];

        public void Reply(ConnectionId connection, ServerMessage message)
        {
            if (Throws)
                throw new InvalidOperationException("a bug");
            Replies.Add(message);
        }

        public void SendToUser(UserId user, ServerMessage message, ConnectionId? except) => _told.Add((user, message));

        public void CreateMeeting(InvitationId invitation, UserIdentity owner, ConnectionId connection, MeetingKind kind) => throw new NotSupportedException();

        public void Enter(InvitationId invitation, MeetingCode code, EnterRoom entry) => throw new NotSupportedException();
    }
}
