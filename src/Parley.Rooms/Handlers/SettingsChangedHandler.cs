// Settings changed by REST: told by room_updated; without a lobby nobody waits any longer.
namespace Parley.Rooms;

internal static class SettingsChangedHandler
{
    public static void Handle(RoomTurn turn, SettingsChanged changed)
    {
        if (turn.State.IsOver)
            return;
        turn.State.Meeting = changed.Settings;
        turn.MarkDurable();
        Admission.AdmitFreely(turn);
    }
}
