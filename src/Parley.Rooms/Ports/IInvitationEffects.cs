// Everything that may leave the invitation book. Called inside a turn: implementations only enqueue and never block.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>The outputs of the book's turns that reach the world outside: the transport implements it.</summary>
public interface IInvitationOutlet
{
    /// <summary>Answers a request on the connection it came from, or tells that one connection something.</summary>
    void Reply(ConnectionId connection, ServerMessage message);

    /// <summary>Sends to every connection of a user, but for one.</summary>
    void SendToUser(UserId user, ServerMessage message, ConnectionId? except);

    /// <summary>Makes the meeting of a call that was accepted, owned by the inviter; answered by <see cref="MeetingMade"/>.</summary>
    /// <param name="invitation">For which call; making it twice gives the same meeting.</param>
    /// <param name="owner">The inviter.</param>
    /// <param name="connection">The inviting connection: when it is gone or in a room, nothing is made and the answer says so.</param>
    /// <param name="kind">What the meeting carries.</param>
    void CreateMeeting(InvitationId invitation, UserIdentity owner, ConnectionId connection, MeetingKind kind);

    /// <summary>Hands an entry to the room of a meeting, started when it does not run. A connection that is in another room is answered already_in_room.
    /// Entries into the same room keep their order. The entry of somebody who took the call is answered by <see cref="EntryDecided"/>.</summary>
    void Enter(InvitationId invitation, MeetingCode code, EnterRoom entry);
}

/// <summary>All outputs of the book's turns.</summary>
public interface IInvitationEffects : IInvitationOutlet
{
    /// <summary>Stores a change; answered by <see cref="InvitationStored"/>.</summary>
    void Store(long ticket, InvitationChange change);
}
