// `lock_room`: nobody new comes in; who waits already can still be admitted.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class LockRoomHandler
{
    public static void Handle(RoomTurn turn, Request request, LockRoom message)
    {
        if (!request.MayModerate(turn, message))
            return;
        request.Ack(turn, message);
        if (turn.State.Locked == message.Locked)
            return;
        turn.State.Locked = message.Locked;
        turn.MarkDurable();
        var name = message.Locked ? "room_locked" : "room_unlocked";
        turn.Effects.Audit(new RoomAudit(turn.State.Meeting, name, request.Sender.User.Id, null, null));
    }
}
