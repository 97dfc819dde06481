// `cancel_invitation`: every tab of the invited user stops ringing; they find a missed call.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class StopCallHandler
{
    public static void Handle(InvitationTurn turn, StopCall stop)
    {
        var request = stop.Request;
        var invitation = turn.Shelf.Find(request.InvitationId);
        if (invitation is null || invitation.Record.Inviter.Id != stop.User.Id
            || invitation.Record.State is not (InvitationState.Ringing or InvitationState.Cancelled))
        {
            turn.Refuse(stop.Connection, request.Id, ErrorCodes.InvitationNotFound, "No such call rings.");
            return;
        }

        turn.Reply(stop.Connection, new Ack { Id = request.Id });
        if (invitation.Record.State == InvitationState.Cancelled)
            return;
        turn.Settle(invitation, invitation.Record with { State = InvitationState.Cancelled }, CallOutcome.Missed);
        TakeCallHandler.RefuseTakers(turn, invitation, ErrorCodes.InvitationNotFound, "The caller has stopped ringing.");
        turn.Tell(invitation.Record.Invited, new InvitationCancelled(invitation.Id));
        turn.Tell(invitation.Record.Inviter.Id, new InvitationCancelled(invitation.Id), stop.Connection);
    }
}
