// `leave_room`: from the room or from the waiting room, for good.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class LeaveRoomHandler
{
    public static void Handle(RoomTurn turn, Request request, LeaveRoom message)
    {
        var leaver = request.Sender;

        // Unbound at once: the connection may ask for another room before this answer is stored.
        turn.Effects.Detach(leaver.Id, request.Connection);
        leaver.Connection = null;
        request.Ack(turn, message);
        if (leaver.Waiting)
            WaitingList.Withdraw(turn, leaver, "left", CallOutcome.Waiting);
        else
            Admission.Leave(turn, leaver, "left");
        Admission.Settle(turn);
    }
}
