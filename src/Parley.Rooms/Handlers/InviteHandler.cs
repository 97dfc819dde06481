// `invite` from inside a room: what the inviter's role lets the invited pass.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class InviteHandler
{
    public static void Handle(RoomTurn turn, Request request, Invite message)
    {
        var pass = request.Sender.Role switch
        {
            ParticipantRole.Host => EntryPass.LobbyAndLock,
            ParticipantRole.Cohost => EntryPass.Lobby,
            _ => EntryPass.None,
        };
        turn.Effects.Ring(request.Connection, request.Sender.User, pass, message);
    }
}
