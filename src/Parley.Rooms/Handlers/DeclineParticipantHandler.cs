// `decline_participant`: turns away one who waits, or all. Who is away just then learns it when they come back.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class DeclineParticipantHandler
{
    public static void Handle(RoomTurn turn, Request request, DeclineParticipant message)
    {
        if (!request.MayModerate(turn, message))
            return;
        var state = turn.State;
        if (message.ParticipantId.Participant is not { } id)
        {
            request.Ack(turn, message);
            foreach (var waiting in state.Waiting.ToList())
                Decline(turn, waiting, request.Sender, message.Reason);
        }
        else if (state.Presences.TryGetValue(id, out var one) && one.Waiting)
        {
            request.Ack(turn, message);
            Decline(turn, one, request.Sender, message.Reason);
        }
        else if (state.Declined.Exists(d => d.Decline.Id == id))
        {
            request.Ack(turn, message);
        }
        else
        {
            request.Refuse(turn, message, ErrorCodes.PeerNotFound, "Nobody of that id waits.");
        }
    }

    private static void Decline(RoomTurn turn, Participant waiting, Participant moderator, string? reason)
    {
        var state = turn.State;
        var decline = new DeclinedSnapshot(waiting.Id, waiting.User.Id, reason, waiting.Resume.Hash, waiting.Resume.PreviousHash);
        state.Declined.Add(new DeclinedPresence(decline, turn.Now + state.Options.Reconnect));
        turn.TellGone(waiting, new DeclinedFromRoom(reason), turn.NextSeq());
        WaitingList.Withdraw(turn, waiting, "declined", CallOutcome.Declined, moderator);
        turn.Effects.Audit(new RoomAudit(state.Meeting, "participant_declined", moderator.User.Id, waiting.User.Id, null));
    }
}
