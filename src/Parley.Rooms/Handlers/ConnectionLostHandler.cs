// A socket that ended without leave_room: the participant is reconnecting, or keeps their place in the waiting room, for the grace period.
namespace Parley.Rooms;

internal static class ConnectionLostHandler
{
    public static void Handle(RoomTurn turn, ConnectionLost lost)
    {
        if (!turn.State.Presences.TryGetValue(lost.Participant, out var participant) || participant.Connection != lost.Connection)
            return;
        participant.Connection = null;
        participant.GraceUntil = turn.Now + turn.State.Options.Reconnect;
        turn.MarkChanged();
        if (!participant.Waiting)
            turn.TellUpdated(participant, participant);
    }
}
