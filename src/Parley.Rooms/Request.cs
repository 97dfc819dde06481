// Who sent a message, and where its answer goes.
using System.Runtime.InteropServices;
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>The sender of one message, who is in or waits, and the connection it came by.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Request(ConnectionId Connection, Participant Sender)
{
    public void Ack(RoomTurn turn, ClientMessage message) => turn.Ack(Connection, message);

    public void Refuse(RoomTurn turn, ClientMessage message, string code, string text) => turn.Refuse(Connection, message.Id, code, text);

    /// <summary>Refuses what only host and co-hosts may do.</summary>
    public bool MayModerate(RoomTurn turn, ClientMessage message)
    {
        if (Sender.Moderates)
            return true;
        Refuse(turn, message, ErrorCodes.Forbidden, "Only the host and co-hosts may do this.");
        return false;
    }

    /// <summary>Refuses what only the host may do.</summary>
    public bool IsHost(RoomTurn turn, ClientMessage message)
    {
        if (Sender.Role == ParticipantRole.Host)
            return true;
        Refuse(turn, message, ErrorCodes.NotHost, "Only the host may do this.");
        return false;
    }

    /// <summary>Finds another participant who is in; refuses a message to anybody else.</summary>
    public Participant? Peer(RoomTurn turn, ClientMessage message, ParticipantId id)
    {
        var peer = turn.State.FindIn(id);
        if (peer is not null && peer != Sender)
            return peer;
        Refuse(turn, message, ErrorCodes.PeerNotFound, "No such participant is in this room.");
        return null;
    }
}
