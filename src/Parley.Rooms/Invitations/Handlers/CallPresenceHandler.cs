// Connections that come and go while a call rings.
namespace Parley.Rooms;

internal static class CallPresenceHandler
{
    public static void Handle(InvitationTurn turn, UserConnected connected)
    {
        foreach (var invitation in turn.Shelf.RingingFor(connected.User.Id))
        {
            if (invitation.Record.State == InvitationState.Ringing)
                turn.Reply(connected.Connection, RingUserHandler.Incoming(invitation.Record));
        }

        foreach (var invitation in turn.Shelf.SentBy(connected.User.Id))
        {
            if (invitation.Record.State != InvitationState.Ringing || invitation.InviterConnection is not null)
                continue;
            invitation.InviterConnection = connected.Connection;
            if (invitation.Takers.Count > 0)
                turn.MakeMeeting(invitation);
        }
    }

    public static void Handle(InvitationTurn turn, UserDisconnected disconnected)
    {
        foreach (var invitation in turn.Shelf.SentBy(disconnected.User))
        {
            if (invitation.InviterConnection == disconnected.Connection)
                invitation.InviterConnection = null;
        }

        foreach (var invitation in turn.Shelf.RingingFor(disconnected.User))
            _ = invitation.Takers.RemoveAll(taker => taker.Connection == disconnected.Connection);
    }
}
