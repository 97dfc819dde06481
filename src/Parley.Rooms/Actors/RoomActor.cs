// A room with a mailbox, a timer and a store around it. Owns the room and the timer; borrows store, outlet and clock.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>Runs one room. Turns run on whoever posts while the actor is idle; nothing in it blocks or locks.</summary>
public sealed class RoomActor : SerialActor<RoomCommand>, IAsyncDisposable
{
    private readonly Room _room;
    private readonly IRoomStore _store;
    private readonly TimeProvider _time;
    private readonly IActorFaults _faults;
    private readonly TimeSpan _storeTimeout;
    private readonly RoomActorEffects _effects;
    private readonly Alarm _alarm;
    private volatile Task _storing = Task.CompletedTask;

    /// <summary>Puts a room to work.</summary>
    /// <param name="room">The room; nobody else touches it from now on.</param>
    /// <param name="outlet">Where its outputs go: one instance per room.</param>
    /// <param name="store">Where its commits go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="faults">Who hears of bugs and failures.</param>
    /// <param name="options">Bounds of the loop.</param>
    public RoomActor(Room room, IRoomOutlet outlet, IRoomStore store, TimeProvider time, IActorFaults faults, ActorOptions options)
        : base(options.MailboxCapacity, options.Batch)
    {
        _room = room;
        _store = store;
        _time = time;
        _faults = faults;
        _storeTimeout = options.StoreTimeout;
        _effects = new RoomActorEffects(outlet);
        _alarm = new Alarm(time, () => Post(new DeadlineDue()));
        Meeting = room.Meeting.Id;

        // A restored room has deadlines before anybody speaks to it.
        Post(new DeadlineDue());
    }

    /// <summary>Whose room it is.</summary>
    public MeetingId Meeting { get; }

    /// <summary>The room's public face, never behind what it has told; any thread may read it.</summary>
    public RoomDigest Digest => _room.Digest;

    /// <summary>Takes no more commands and waits for the commit under way. What was not stored by then was not acknowledged either.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        while (!_storing.IsCompleted)
            await _storing.ConfigureAwait(false);
        _alarm.Dispose();
    }

    /// <inheritdoc/>
    protected override void Turn(RoomCommand command)
    {
        if (_effects.IsOver)
        {
            _effects.Outlet.Undelivered(command);
            return;
        }

        try
        {
            _room.Handle(command, _time.GetUtcNow(), _effects);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Break(command, exception);
            return;
        }

        if (_effects.TakeCommit() is { } commit)
            _storing = StoreAsync(commit);
        if (_effects.IsOver)
            Close();
    }

    /// <inheritdoc/>
    protected override void Rest() => _alarm.Set(_effects.IsOver ? null : _room.NextDeadline?.At);

    private async Task StoreAsync(RoomCommit commit)
    {
        RoomCommitResult? result = null;
        try
        {
            using var timeout = new CancellationTokenSource(_storeTimeout, _time);
            result = await _store.CommitAsync(commit, timeout.Token).WaitAsync(_storeTimeout, _time).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _faults.RoomCommitFailed(Meeting, commit.Version, exception);
        }

        Post(new CommitSettled(commit.Version, result));
    }

    // A bug ends this room alone: everybody in it is told and rejoins a room rebuilt from the last commit.
    private void Break(RoomCommand command, Exception exception)
    {
        Close();
        _effects.Shut();
        _faults.RoomBroke(Meeting, command, exception);
        foreach (var (participant, connection) in _room.Connections)
        {
            _effects.Outlet.Reply(connection, new Error(ErrorCodes.Internal, "The room failed; resume it."));
            _effects.Outlet.Detach(participant, connection);
            _effects.Outlet.Close(connection, CloseCode.Internal, "internal");
        }

        _effects.Outlet.Broke();
    }
}
