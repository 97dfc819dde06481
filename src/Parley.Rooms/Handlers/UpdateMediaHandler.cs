// `update_media`: what of one's own is open. An audio room has no camera, a data room has none of the three.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class UpdateMediaHandler
{
    public static void Handle(RoomTurn turn, Request request, UpdateMedia message)
    {
        var sender = request.Sender;
        var kind = turn.State.Meeting.Kind;
        var before = (sender.Mic, sender.Camera, sender.Screen);
        sender.Mic = (message.Mic ?? sender.Mic) && kind != MeetingKind.Data;
        sender.Camera = (message.Camera ?? sender.Camera) && kind == MeetingKind.Video;
        sender.Screen = (message.Screen ?? sender.Screen) && kind != MeetingKind.Data;
        request.Ack(turn, message);
        if (before == (sender.Mic, sender.Camera, sender.Screen))
            return;
        turn.MarkDurable();
        turn.TellUpdated(sender);
    }
}
