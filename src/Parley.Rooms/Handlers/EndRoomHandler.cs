// `end_room`, and the end from outside a socket.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class EndRoomHandler
{
    public static void Handle(RoomTurn turn, Request request, EndRoom message)
    {
        if (!request.IsHost(turn, message))
            return;
        request.Ack(turn, message);
        Lifecycle.End(turn, "host_ended", request.Sender.User.Id);
    }

    public static void Handle(RoomTurn turn, EndMeeting end)
    {
        if (!turn.State.IsOver)
            Lifecycle.End(turn, end.Reason, null);
    }
}
