// `decline_invitation`: the inviter is told, and the other tabs stop ringing.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class RefuseCallHandler
{
    public static void Handle(InvitationTurn turn, RefuseCall refuse)
    {
        var request = refuse.Request;
        var invitation = turn.Shelf.Find(request.InvitationId);
        if (invitation is null || invitation.Record.Invited != refuse.User.Id
            || invitation.Record.State is not (InvitationState.Ringing or InvitationState.Declined))
        {
            turn.Refuse(refuse.Connection, request.Id, ErrorCodes.InvitationNotFound, "No such call rings.");
            return;
        }

        turn.Reply(refuse.Connection, new Ack { Id = request.Id });
        if (invitation.Record.State == InvitationState.Declined)
            return;
        turn.Settle(invitation, invitation.Record with { State = InvitationState.Declined }, CallOutcome.Declined);
        TakeCallHandler.RefuseTakers(turn, invitation, ErrorCodes.InvitationNotFound, "The call was declined elsewhere.");
        turn.Tell(invitation.Record.Inviter.Id, new InvitationDeclined(invitation.Id));
        turn.Tell(invitation.Record.Invited, new InvitationDeclined(invitation.Id), refuse.Connection);
    }
}
