// Whether somebody could come in now: who is in, or would be by join_room without waiting.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class AskEntryHandler
{
    public static void Handle(RoomTurn turn, AskEntry ask) => ask.Answer(Judge(turn.State, ask));

    private static EntryVerdict Judge(RoomState state, AskEntry ask)
    {
        if (state.IsOver)
            return EntryVerdict.Ended;
        if (state.In.Exists(present => present.User.Id == ask.User.Id))
            return EntryVerdict.Welcome;
        return JoinRoomHandler.RefusalCode(state, ask.User, EntryPass.None, ask.PasswordVerified) switch
        {
            null => JoinRoomHandler.MustWait(state, ask.User, EntryPass.None) ? EntryVerdict.MustWait : EntryVerdict.Welcome,
            ErrorCodes.WrongPassword => EntryVerdict.WrongPassword,
            ErrorCodes.Removed => EntryVerdict.Removed,
            ErrorCodes.RoomLocked => EntryVerdict.Locked,
            _ => EntryVerdict.Full,
        };
    }
}
