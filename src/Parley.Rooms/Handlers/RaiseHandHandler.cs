// `raise_hand`: the time it went up is the order of speaking; raising it again keeps the place.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class RaiseHandHandler
{
    public static void Handle(RoomTurn turn, Request request, RaiseHand message)
    {
        var sender = request.Sender;
        request.Ack(turn, message);
        if (message.Raised == sender.HandRaisedAt.HasValue)
            return;
        sender.HandRaisedAt = message.Raised ? turn.Now : null;
        turn.MarkDurable();
        turn.TellUpdated(sender);
    }
}
