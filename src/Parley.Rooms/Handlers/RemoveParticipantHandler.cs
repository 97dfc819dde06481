// `remove_participant`: the user is out with every presence, waiting ones too, and stays out.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class RemoveParticipantHandler
{
    public static void Handle(RoomTurn turn, Request request, RemoveParticipant message)
    {
        if (!request.MayModerate(turn, message))
            return;
        var state = turn.State;
        if (!state.Presences.TryGetValue(message.ParticipantId, out var target))
        {
            request.Refuse(turn, message, ErrorCodes.PeerNotFound, "No such participant is in this room.");
            return;
        }

        var user = target.User.Id;
        if (user == request.Sender.User.Id || user == state.Meeting.OwnerId || user == state.Host?.User.Id)
        {
            request.Refuse(turn, message, ErrorCodes.Forbidden, "Neither the host, nor the owner, nor oneself can be removed.");
            return;
        }

        request.Ack(turn, message);
        _ = state.Removed.Add(user);
        _ = state.Admitted.Remove(user);
        foreach (var presence in state.PresencesOf(user))
        {
            turn.TellGone(presence, new RemovedFromRoom(), turn.NextSeq());
            if (presence.Waiting)
                WaitingList.Withdraw(turn, presence, "removed", CallOutcome.Declined);
            else
                Admission.Leave(turn, presence, "removed");
        }

        Admission.Settle(turn);
        turn.Effects.EndStreams(user);
        turn.Effects.Audit(new RoomAudit(state.Meeting, "participant_removed", request.Sender.User.Id, user, null));
    }
}
