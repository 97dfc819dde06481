// The ways in and out of the room itself.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class Admission
{
    /// <summary>Brings somebody in: a newcomer, or one who waited. The caller has checked that there is room, and gives them their view.</summary>
    public static void ComeIn(RoomTurn turn, Participant newcomer)
    {
        var state = turn.State;
        if (newcomer.Waiting)
            _ = state.Waiting.Remove(newcomer);
        else
            state.Presences.Add(newcomer.Id, newcomer);
        newcomer.Waiting = false;
        newcomer.Order = state.NextOrder++;
        newcomer.JoinedAt = turn.Now;
        var role = HostRole.OnEntry(state, newcomer.User);
        newcomer.Role = role == ParticipantRole.Host ? BelowHost(state, newcomer.User) : role;
        newcomer.EnteredSeq = long.MaxValue;
        if (role == ParticipantRole.Host)
            HostRole.Give(turn, newcomer, FormerRole(state, newcomer), entering: true);
        state.In.Add(newcomer);
        _ = state.Admitted.Add(newcomer.User.Id);
        CallHistory.Entered(turn, newcomer);
        turn.MarkDurable();
        turn.TellRoom(new NewParticipant(newcomer.ToView()), newcomer);
        newcomer.EnteredSeq = state.Seq;
    }

    /// <summary>Admits one who waits and tells them, if their socket is there; otherwise their resume does.</summary>
    public static void Admit(RoomTurn turn, Participant waiting)
    {
        ComeIn(turn, waiting);
        waiting.FromLobby = true;
        waiting.EnteredSeq = turn.NextSeq();
        turn.TellOnce(waiting, new AcceptedIntoRoom(Lifecycle.View(turn, waiting)), waiting.EnteredSeq);
    }

    /// <summary>Without a lobby nobody waits while there is room.</summary>
    public static void AdmitFreely(RoomTurn turn)
    {
        var state = turn.State;
        while (!state.Meeting.Lobby && state.Waiting.Count > 0 && !state.IsFull)
            Admit(turn, state.Waiting[0]);
    }

    /// <summary>Takes somebody out who was in.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="leaver">Who.</param>
    /// <param name="reason">left, timeout or removed.</param>
    public static void Leave(RoomTurn turn, Participant leaver, string reason)
    {
        var state = turn.State;
        CallHistory.Left(turn, leaver);
        _ = state.In.Remove(leaver);
        _ = state.Presences.Remove(leaver.Id);
        if (state.Host == leaver)
            state.Host = null;
        turn.MarkDurable();
        turn.TellRoom(new ParticipantLeft(leaver.Id, reason));
    }

    /// <summary>After somebody left: a new host, and a place for the next who waits.</summary>
    public static void Settle(RoomTurn turn)
    {
        HostRole.Succeed(turn);
        AdmitFreely(turn);
    }

    private static ParticipantRole BelowHost(RoomState state, UserIdentity user) =>
        user.Id == state.Meeting.OwnerId || user.GrantedRole is ParticipantRole.Host or ParticipantRole.Cohost
            ? ParticipantRole.Cohost
            : ParticipantRole.Participant;

    // The owner's own older presence stays a moderator; anybody else is again what they were before they became host.
    private static ParticipantRole FormerRole(RoomState state, Participant newcomer) =>
        state.Host is { } former && former.User.Id != newcomer.User.Id ? former.PriorRole : ParticipantRole.Cohost;
}
