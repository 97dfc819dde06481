// `get_initiator`: whoever joined later sends the offer to each who was in before.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class GetInitiatorHandler
{
    public static void Handle(RoomTurn turn, Request request, GetInitiator message)
    {
        List<ParticipantId> targets = [];
        foreach (var participant in turn.State.In)
        {
            if (participant.Order < request.Sender.Order)
                targets.Add(participant.Id);
        }

        turn.Reply(request.Connection, new InitiatorRes(targets) { Id = message.Id });
    }
}
