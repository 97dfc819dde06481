// Calls that rang long enough, and settled ones that need not be remembered any longer.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class CallDeadlineHandler
{
    public static void Handle(InvitationTurn turn)
    {
        while (turn.Shelf.TakeDue(turn.Now) is { } invitation)
        {
            if (invitation.ForgetAt is not null)
                turn.Shelf.Forget(invitation);
            else
                Miss(turn, invitation);
        }
    }

    private static void Miss(InvitationTurn turn, Invitation invitation)
    {
        invitation.MakingUntil = null;
        invitation.EnteringUntil = null;
        turn.Settle(invitation, invitation.Record with { State = InvitationState.Missed }, CallOutcome.Missed);
        TakeCallHandler.RefuseTakers(turn, invitation, ErrorCodes.UserOffline, "The caller is gone.");
        turn.Tell(invitation.Record.Invited, new InvitationMissed(invitation.Id));
        turn.Tell(invitation.Record.Inviter.Id, new InvitationMissed(invitation.Id));
    }
}
