// A meeting's live session as a pure state machine: (command, now) → effects.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>A room. Single-threaded, without IO, clock or randomness; <see cref="RoomActor"/> runs it.</summary>
public sealed class Room
{
    private Room(MeetingSettings meeting) => Meeting = meeting;

    /// <summary>The meeting's present settings.</summary>
    public MeetingSettings Meeting { get; }

    /// <summary>What others may read of it.</summary>
    public RoomDigest Digest => throw new NotSupportedException();

    /// <summary>When the room wants <see cref="DeadlineDue"/>, and why; null for never.</summary>
    public Deadline? NextDeadline { get; private set; }

    /// <summary>Every participant's present connection, of those who are in and those who wait.</summary>
    public IEnumerable<(ParticipantId Participant, ConnectionId Connection)> Connections { get; private set; } = [];

    /// <summary>A new room, into which nobody has come yet.</summary>
    public static Room Create(MeetingSettings meeting, RoomOptions options, IRoomEntropy entropy, DateTimeOffset now) => new(meeting);

    /// <summary>Rebuilds a room after a restart: everybody is reconnecting with a fresh grace period, epoch rises, seq goes on above the reserved block.</summary>
    public static Room Restore(StoredRoom stored, RoomOptions options, IRoomEntropy entropy, DateTimeOffset now) => new(stored.Snapshot.Meeting);

    /// <summary>Handles one command.</summary>
    public void Handle(RoomCommand command, DateTimeOffset now, IRoomEffects effects) => throw new NotSupportedException();

    /// <summary>The room's whole durable state.</summary>
    public RoomSnapshot Snapshot() => throw new NotSupportedException();
}
