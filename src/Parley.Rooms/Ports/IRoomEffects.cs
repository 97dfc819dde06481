// Everything that may leave a room. Called inside a turn: implementations only enqueue and never block.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>The outputs of a room's turns that reach the world outside: the transport implements it, one instance per room.</summary>
public interface IRoomOutlet
{
    /// <summary>Binds a connection to a participant: its later messages and its end come as <see cref="ParticipantMessage"/> and
    /// <see cref="ConnectionLost"/> of this participant, and what is sent to the participant goes there. A connection that is gone already is answered by
    /// posting <see cref="ConnectionLost"/>.</summary>
    void Attach(ParticipantId participant, ConnectionId connection);

    /// <summary>Unbinds a participant from its connection, which stays open and is in no room then. Does nothing when the connection
    /// has been bound to another participant meanwhile.</summary>
    void Detach(ParticipantId participant, ConnectionId connection);

    /// <summary>Answers a request on the connection it came from, whether or not that is in the room.</summary>
    void Reply(ConnectionId connection, ServerMessage message);

    /// <summary>Sends to a participant's current connection; lost when there is none.</summary>
    /// <param name="participant">The receiver.</param>
    /// <param name="utf8">The encoded message; shared between receivers, never changed.</param>
    void Send(ParticipantId participant, ReadOnlyMemory<byte> utf8);

    /// <summary>Closes a connection.</summary>
    void Close(ConnectionId connection, CloseCode code, string reason);

    /// <summary>Rings a user into this room.</summary>
    /// <param name="connection">The inviter's connection, which is answered by the invitations' own actor.</param>
    /// <param name="inviter">Who rings.</param>
    /// <param name="pass">What the inviter's role lets the invited pass.</param>
    /// <param name="request">The request.</param>
    void Ring(ConnectionId connection, UserIdentity inviter, EntryPass pass, Invite request);

    /// <summary>Who streams into or out of this room beside signaling has no right to it any more: a user who was removed, or everybody when it is over (null).</summary>
    void EndStreams(UserId? user);

    /// <summary>Tells of something an administrator may want to read: removals, role changes, refusals.</summary>
    void Audit(RoomAudit entry);

    /// <summary>Tells the meters.</summary>
    void Measure(RoomMeasure measure);

    /// <summary>The room is over, or was never entered and is empty again, and all is stored; nothing follows. Its directory forgets it.</summary>
    void Ended();

    /// <summary>A bug ended the room: it was shut as it stands in the store, and the directory rebuilds it from there when somebody asks for it.</summary>
    void Broke();

    /// <summary>A command came after the end: an entry or a resume is looked up anew, anything else is answered not_in_room.</summary>
    void Undelivered(RoomCommand command);
}

/// <summary>All outputs of a room's turns.</summary>
public interface IRoomEffects : IRoomOutlet
{
    /// <summary>Stores a commit; the answer comes back as <see cref="CommitSettled"/>. At most one is under way per room.</summary>
    void Commit(RoomCommit commit);
}

/// <summary>A security event of a room.</summary>
/// <param name="Meeting">Where.</param>
/// <param name="Event">A stable snake_case name: participant_removed, role_changed, room_locked, room_ended, entry_refused, participant_declined.</param>
/// <param name="Actor">Who did it; null for the room itself.</param>
/// <param name="Subject">To whom; null for nobody.</param>
/// <param name="Detail">What else matters, without secrets.</param>
public sealed record RoomAudit(MeetingSettings Meeting, string Event, UserId? Actor, UserId? Subject, string? Detail);

/// <summary>What a room counts; entries and resumes are counted by those who answer them.</summary>
public enum RoomMeasure
{
    /// <summary>A participant's grace period ran out.</summary>
    TimedOut,

    /// <summary>Held outputs were released without the database.</summary>
    ReleasedUnstored,

    /// <summary>A participant reported statistics.</summary>
    StatsReported,
}
