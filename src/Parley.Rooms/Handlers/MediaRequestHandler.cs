// `mute_participant`, `stop_video`: asks; the client obeys and says so. Nobody's microphone is ever opened this way.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class MediaRequestHandler
{
    public static void Handle(RoomTurn turn, Request request, MuteParticipant message) =>
        Ask(turn, request, message, message.ParticipantId, new MediaRequest(Mic: false, From: request.Sender.Id));

    public static void Handle(RoomTurn turn, Request request, StopVideo message) =>
        Ask(turn, request, message, message.ParticipantId, new MediaRequest(Camera: false, From: request.Sender.Id));

    private static void Ask(RoomTurn turn, Request request, ClientMessage message, ParticipantId id, MediaRequest asked)
    {
        if (!request.MayModerate(turn, message))
            return;
        if (turn.State.FindIn(id) is not { } target)
        {
            request.Refuse(turn, message, ErrorCodes.PeerNotFound, "No such participant is in this room.");
        }
        else if (target.Role == ParticipantRole.Host && request.Sender != target)
        {
            request.Refuse(turn, message, ErrorCodes.Forbidden, "A co-host does not silence the host.");
        }
        else
        {
            request.Ack(turn, message);
            turn.TellSome([target], asked);
        }
    }
}
