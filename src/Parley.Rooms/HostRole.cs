// One host while anybody is in: who gets the role, and what becomes of the former host.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class HostRole
{
    /// <summary>The role of somebody who comes in now.</summary>
    public static ParticipantRole OnEntry(RoomState state, UserIdentity user)
    {
        var host = state.Host;
        if (host is null)
            return ParticipantRole.Host;
        if (user.Id == state.Meeting.OwnerId)
            return host.User.Id == user.Id && host.Connection is not null ? ParticipantRole.Cohost : ParticipantRole.Host;
        if (user.GrantedRole == ParticipantRole.Host)
            return HasRight(state, host) ? ParticipantRole.Cohost : ParticipantRole.Host;
        return user.GrantedRole ?? ParticipantRole.Participant;
    }

    /// <summary>Makes somebody host.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="next">The new host, who is in.</param>
    /// <param name="formerRole">What the former host becomes.</param>
    /// <param name="entering">True when they are coming in just now: nobody knows them yet, and their first view says it all.</param>
    public static void Give(RoomTurn turn, Participant next, ParticipantRole formerRole, bool entering)
    {
        var state = turn.State;
        if (state.Host is { } former && former != next)
        {
            former.Role = formerRole;
            CallHistory.RoleChanged(turn, former);
            turn.TellUpdated(former, entering ? next : null);
        }

        var moderated = next.Moderates && !entering;
        if (next.Role != ParticipantRole.Host)
            next.PriorRole = next.Role;
        next.Role = ParticipantRole.Host;
        state.Host = next;
        turn.MarkDurable();
        if (entering)
            return;
        CallHistory.RoleChanged(turn, next);
        turn.TellUpdated(next);
        if (!moderated)
            WaitingList.TellAll(turn, next);
    }

    /// <summary>The host is gone: the longest-present co-host, else the longest-present participant follows at once; who is connected goes before who is not.</summary>
    public static void Succeed(RoomTurn turn)
    {
        var state = turn.State;
        if (state.Host is not null || state.In.Count == 0)
            return;
        var next = state.In.MinBy(p => (
            p.User.Id == state.Meeting.OwnerId ? 0 : 1,
            p.Role == ParticipantRole.Cohost ? 0 : 1,
            p.Connection is null ? 1 : 0,
            p.Order));
        if (next is null)
            return;
        Give(turn, next, ParticipantRole.Participant, entering: false);
        turn.Effects.Audit(new RoomAudit(state.Meeting, "role_changed", null, next.User.Id, "host"));
    }

    private static bool HasRight(RoomState state, Participant host) =>
        host.User.Id == state.Meeting.OwnerId || host.User.GrantedRole == ParticipantRole.Host;
}
