// A user who lost the right to be here leaves with every presence; their sockets are closed by others.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class UserRevokedHandler
{
    public static void Handle(RoomTurn turn, UserRevoked revoked)
    {
        foreach (var presence in turn.State.PresencesOf(revoked.User))
        {
            turn.DetachAfter(presence);
            if (presence.Waiting)
                WaitingList.Withdraw(turn, presence, "left", CallOutcome.Waiting);
            else
                Admission.Leave(turn, presence, "left");
        }

        Admission.Settle(turn);
    }
}
