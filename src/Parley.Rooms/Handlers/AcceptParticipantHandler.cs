// `accept_participant`: admits one who waits, or all; deciding twice is deciding once.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class AcceptParticipantHandler
{
    public static void Handle(RoomTurn turn, Request request, AcceptParticipant message)
    {
        if (!request.MayModerate(turn, message))
            return;
        var state = turn.State;
        List<Participant> wanted = [];
        if (message.ParticipantId.Participant is not { } id)
        {
            wanted.AddRange(state.Waiting);
        }
        else if (!state.Presences.TryGetValue(id, out var one))
        {
            request.Refuse(turn, message, ErrorCodes.PeerNotFound, "Nobody of that id waits.");
            return;
        }
        else if (one.Waiting)
        {
            wanted.Add(one);
        }

        var fitting = Math.Min(wanted.Count, Math.Max(0, state.Meeting.MaxParticipants - state.In.Count));
        if (fitting < wanted.Count)
            request.Refuse(turn, message, ErrorCodes.RoomFull, "The room is full; who finds no place goes on waiting.");
        else
            request.Ack(turn, message);
        foreach (var waiting in wanted.Take(fitting))
            Admission.Admit(turn, waiting);
    }
}
