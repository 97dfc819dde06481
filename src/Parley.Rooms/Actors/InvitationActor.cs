// The invitation book with a mailbox, a timer and a store around it. Owns the book and the timer; borrows store, outlet and clock.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>Runs the invitation book of a server.</summary>
public sealed class InvitationActor : SerialActor<InvitationCommand>, IDisposable
{
    private readonly InvitationBook _book;
    private readonly IInvitationStore _store;
    private readonly TimeProvider _time;
    private readonly IActorFaults _faults;
    private readonly TimeSpan _storeTimeout;
    private readonly Effects _effects;
    private readonly Alarm _alarm;

    /// <summary>Puts a book to work.</summary>
    /// <param name="book">The book; nobody else touches it from now on.</param>
    /// <param name="outlet">Where its outputs go.</param>
    /// <param name="store">Where its changes go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="faults">Who hears of bugs and failures.</param>
    /// <param name="options">Bounds of the loop.</param>
    public InvitationActor(
        InvitationBook book,
        IInvitationOutlet outlet,
        IInvitationStore store,
        TimeProvider time,
        IActorFaults faults,
        ActorOptions options)
        : base(options.MailboxCapacity, options.Batch)
    {
        _book = book;
        _store = store;
        _time = time;
        _faults = faults;
        _storeTimeout = options.StoreTimeout;
        _effects = new Effects(outlet);
        _alarm = new Alarm(time, () => Post(new InvitationDeadlineDue()));
        Post(new InvitationDeadlineDue());
    }

    /// <summary>Takes no more commands.</summary>
    public void Dispose()
    {
        Close();
        _alarm.Dispose();
    }

    /// <inheritdoc/>
    protected override void Turn(InvitationCommand command)
    {
        try
        {
            _book.Handle(command, _time.GetUtcNow(), _effects);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _faults.InvitationsBroke(command, exception);
        }

        foreach (var (ticket, change) in _effects.Take())
            _ = StoreAsync(ticket, change);
    }

    /// <inheritdoc/>
    protected override void Rest() => _alarm.Set(IsClosed ? null : _book.NextDeadline?.At);

    private async Task StoreAsync(long ticket, InvitationChange change)
    {
        try
        {
            using var timeout = new CancellationTokenSource(_storeTimeout, _time);
            await _store.StoreAsync(change, timeout.Token).WaitAsync(_storeTimeout, _time).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _faults.InvitationStoreFailed(change.Invitation.Id, exception);
        }

        Post(new InvitationStored(ticket));
    }

    private sealed class Effects(IInvitationOutlet outlet) : IInvitationEffects
    {
        private List<(long Ticket, InvitationChange Change)> _changes = [];

        public List<(long Ticket, InvitationChange Change)> Take()
        {
            var taken = _changes;
            if (taken.Count > 0)
                _changes = [];
            return taken;
        }

        public void Reply(ConnectionId connection, ServerMessage message) => outlet.Reply(connection, message);

        public void SendToUser(UserId user, ServerMessage message, ConnectionId? except) => outlet.SendToUser(user, message, except);

        public void CreateMeeting(InvitationId invitation, UserIdentity owner, ConnectionId connection, MeetingKind kind) =>
            outlet.CreateMeeting(invitation, owner, connection, kind);

        public void Enter(InvitationId invitation, MeetingCode code, EnterRoom entry) => outlet.Enter(invitation, code, entry);

        public void Store(long ticket, InvitationChange change) => _changes.Add((ticket, change));
    }
}
