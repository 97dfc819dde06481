// `data_message`: any JSON for the room or for one; an event, so a resume replays it, but not stored.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class DataMessageHandler
{
    public static void Handle(RoomTurn turn, Request request, DataMessage message)
    {
        Participant? reader = null;
        if (message.To is { } to && (reader = request.Peer(turn, message, to)) is null)
            return;
        request.Ack(turn, message);
        var relayed = new DataMessageFrom(request.Sender.Id, message.Payload, message.To);
        if (reader is null)
            turn.TellRoom(relayed, request.Sender);
        else
            turn.TellSome([reader], relayed);
    }
}
