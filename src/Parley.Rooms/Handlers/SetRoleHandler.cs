// `set_role`: makes and unmakes co-hosts, or hands the room over; the former host is a co-host then.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class SetRoleHandler
{
    public static void Handle(RoomTurn turn, Request request, SetRole message)
    {
        if (!request.IsHost(turn, message))
            return;
        if (turn.State.FindIn(message.ParticipantId) is not { } target)
        {
            request.Refuse(turn, message, ErrorCodes.PeerNotFound, "No such participant is in this room.");
            return;
        }

        if (target == request.Sender && message.Role != ParticipantRole.Host)
        {
            request.Refuse(turn, message, ErrorCodes.Forbidden, "A host hands the room over to step down.");
            return;
        }

        request.Ack(turn, message);
        if (target.Role == message.Role)
            return;
        if (message.Role == ParticipantRole.Host)
            HostRole.Give(turn, target, ParticipantRole.Cohost, entering: false);
        else
            Change(turn, target, message.Role);
        turn.Effects.Audit(new RoomAudit(
            turn.State.Meeting,
            "role_changed",
            request.Sender.User.Id,
            target.User.Id,
            message.Role.ToString().ToLowerInvariant()));
    }

    private static void Change(RoomTurn turn, Participant target, ParticipantRole role)
    {
        target.Role = role;
        turn.MarkDurable();
        CallHistory.RoleChanged(turn, target);
        turn.TellUpdated(target);
        if (role == ParticipantRole.Cohost)
            WaitingList.TellAll(turn, target);
    }
}
