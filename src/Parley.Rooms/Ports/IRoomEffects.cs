// Everything that may leave a room. Called inside a turn: implementations only enqueue, never block, never call back into the room.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>The outputs of a room's turns.</summary>
public interface IRoomEffects
{
    /// <summary>Binds a connection to a participant: its later messages come as <see cref="ParticipantMessage"/> of this participant, and what is sent to the participant goes there.</summary>
    void Attach(ParticipantId participant, ConnectionId connection);

    /// <summary>Unbinds a participant from its connection, which stays open and is in no room then.</summary>
    void Detach(ParticipantId participant, ConnectionId connection);

    /// <summary>Answers a request on the connection it came from, whether or not that is in the room.</summary>
    void Reply(ConnectionId connection, ServerMessage message);

    /// <summary>Sends to a participant's current connection; lost when there is none.</summary>
    /// <param name="participant">The receiver.</param>
    /// <param name="utf8">The encoded message; shared between receivers, never changed.</param>
    void Send(ParticipantId participant, ReadOnlyMemory<byte> utf8);

    /// <summary>Closes a connection.</summary>
    void Close(ConnectionId connection, CloseCode code, string reason);

    /// <summary>Stores a commit; the answer comes back as <see cref="CommitSettled"/>. At most one is under way per room.</summary>
    void Commit(RoomCommit commit);

    /// <summary>Rings a user into this room.</summary>
    /// <param name="connection">The inviter's connection, which is answered by the invitations' own actor.</param>
    /// <param name="inviter">Who rings.</param>
    /// <param name="pass">What the inviter's role lets the invited pass.</param>
    /// <param name="request">The request.</param>
    void Ring(ConnectionId connection, UserIdentity inviter, EntryPass pass, Invite request);

    /// <summary>Tells of something an administrator may want to read: removals, role changes, refusals.</summary>
    void Audit(RoomAudit entry);

    /// <summary>Tells the meters.</summary>
    void Measure(RoomMeasure measure);

    /// <summary>The room is over and all is stored; nothing follows.</summary>
    void Ended();
}

/// <summary>A security event of a room.</summary>
/// <param name="Meeting">Where.</param>
/// <param name="Event">A stable snake_case name: participant_removed, role_changed, room_locked, room_ended, entry_refused, participant_declined.</param>
/// <param name="Actor">Who did it; null for the room itself.</param>
/// <param name="Subject">To whom; null for nobody.</param>
/// <param name="Detail">What else matters, without secrets.</param>
public sealed record RoomAudit(MeetingSettings Meeting, string Event, UserId? Actor, UserId? Subject, string? Detail);

/// <summary>What a room counts.</summary>
public enum RoomMeasure
{
    /// <summary>Somebody came in.</summary>
    Joined,

    /// <summary>Somebody began to wait.</summary>
    Waiting,

    /// <summary>Somebody left, whatever the reason.</summary>
    Left,

    /// <summary>A resume restored everything.</summary>
    Resumed,

    /// <summary>A resume could not replay every event.</summary>
    ResumedIncomplete,

    /// <summary>A resume was refused.</summary>
    ResumeRefused,

    /// <summary>A participant's grace period ran out.</summary>
    TimedOut,

    /// <summary>Held outputs were released without the database.</summary>
    ReleasedUnstored,
}
