// A meeting's live session as a pure state machine: (command, now) → effects.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>A room. Single-threaded, without IO, clock or randomness; <see cref="RoomActor"/> runs it.</summary>
public sealed class Room
{
    private readonly RoomState _state;
    private readonly CommitLine _line;
    private readonly OutputGate _gate = new();
    private readonly RoomTurn _turn;
    private RoomDigest _digest;
    private Deadline? _ownDeadline;
    private bool _over;

    private Room(RoomState state, long version, long seqReserved)
    {
        _state = state;
        _line = new CommitLine(state.Options, version, seqReserved);
        _turn = new RoomTurn(state, _gate, _line);
        _digest = RoomViews.Digest(state);
        NextDeadline = _ownDeadline = DeadlineHandler.Next(state);
    }

    /// <summary>The meeting's present settings.</summary>
    public MeetingSettings Meeting => _state.Meeting;

    /// <summary>What others may read of it, on any thread: never behind what was told.</summary>
    public RoomDigest Digest
    {
        get => Volatile.Read(ref _digest);
        private set => Volatile.Write(ref _digest, value);
    }

    /// <summary>When the room wants <see cref="DeadlineDue"/>, and why; null for never.</summary>
    public Deadline? NextDeadline { get; private set; }

    /// <summary>Every participant's present connection, of those who are in and those who wait.</summary>
    public IEnumerable<(ParticipantId Participant, ConnectionId Connection)> Connections
    {
        get
        {
            foreach (var presence in _state.Presences.Values)
            {
                if (presence.Connection is { } connection)
                    yield return (presence.Id, connection);
            }
        }
    }

    /// <summary>A new room, into which nobody has come yet.</summary>
    /// <param name="meeting">The meeting.</param>
    /// <param name="options">Periods and limits.</param>
    /// <param name="entropy">Where ids and secrets come from.</param>
    /// <param name="now">The time.</param>
    public static Room Create(MeetingSettings meeting, RoomOptions options, IRoomEntropy entropy, DateTimeOffset now)
    {
        var state = new RoomState(meeting, options, entropy) { EmptyUntil = now + options.Empty };
        return new Room(state, 0, 0);
    }

    /// <summary>Rebuilds a room after a restart: everybody is reconnecting with a fresh grace period, epoch rises, seq goes on above the reserved block.</summary>
    /// <param name="stored">What the store holds.</param>
    /// <param name="options">Periods and limits.</param>
    /// <param name="entropy">Where ids and secrets come from.</param>
    /// <param name="now">The time.</param>
    public static Room Restore(StoredRoom stored, RoomOptions options, IRoomEntropy entropy, DateTimeOffset now)
    {
        var state = RoomState.From(stored, options, entropy, now);
        if (state.Presences.Count == 0)
            state.EmptyUntil = now + options.Empty;
        return new Room(state, stored.Snapshot.Version, state.Seq);
    }

    /// <summary>Handles one command.</summary>
    /// <param name="command">What enters.</param>
    /// <param name="now">The time, never falling.</param>
    /// <param name="effects">What leaves.</param>
    public void Handle(RoomCommand command, DateTimeOffset now, IRoomEffects effects)
    {
        _turn.Begin(now, effects);
        RoomDispatcher.Dispatch(_turn, command);
        _turn.Settle();

        // Before anybody is told: who reads it after an event finds at least what the event said.
        if (_turn.Changed)
            Digest = RoomViews.Digest(_state);
        _turn.Finish();
        NextDeadline = FindNextDeadline();
        if (_over || !(_state.IsOver || _state.Retired) || !_line.IsIdle || !_gate.IsEmpty)
            return;
        _over = true;
        effects.Ended();
    }

    /// <summary>The room's whole durable state as it is now.</summary>
    public RoomSnapshot Snapshot() => _state.ToSnapshot(_line.Version, _line.SeqReserved);

    private Deadline? FindNextDeadline()
    {
        var own = _turn.Changed ? DeadlineHandler.Next(_state) : _ownDeadline;
        _ownDeadline = own;
        own = Deadline.Earlier(own, DeadlineHandler.At(_line.NextRetry, DeadlineReason.CommitRetry));
        return Deadline.Earlier(own, DeadlineHandler.At(_gate.PatienceOver, DeadlineReason.PatienceOver));
    }
}
