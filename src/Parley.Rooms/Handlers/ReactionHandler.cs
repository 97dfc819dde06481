// `reaction`: an emoji for everybody, its sender included: what is shown is what was told.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class ReactionHandler
{
    public static void Handle(RoomTurn turn, Request request, Reaction message)
    {
        request.Ack(turn, message);
        turn.TellRoom(new ReactionFrom(request.Sender.Id, message.Emoji));
    }
}
