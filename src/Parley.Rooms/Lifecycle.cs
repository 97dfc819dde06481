// created → active → paused → ended, and the room's face as everybody is told of it.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class Lifecycle
{
    /// <summary>Brings the room's state in line with who is there.</summary>
    public static void Settle(RoomTurn turn)
    {
        var state = turn.State;
        if (state.IsOver)
            return;
        if (state.In.Count > 0 || state.State != MeetingState.Created)
        {
            state.StartedAt ??= turn.Now;
            var next = state.In.Exists(p => p.Connection is not null) ? MeetingState.Active : MeetingState.Paused;
            if (next != state.State)
            {
                state.State = next;
                turn.MarkDurable();
            }
        }

        if (state.In.Count == 0 && state.Waiting.Count == 0)
        {
            state.EmptyUntil ??= turn.Now + state.Options.Empty;
            return;
        }

        // A room that was about to go, and only waited for its store, is needed again.
        state.EmptyUntil = null;
        state.Retired = false;
    }

    /// <summary>Tells room_updated to those whose last view of the room's face is not the present one.</summary>
    public static void TellFace(RoomTurn turn)
    {
        if (turn.State.IsOver)
            return;
        Refresh(turn.State);
        var version = turn.State.FaceVersion;
        var stale = turn.State.In.FindAll(p => p.Connection is null ? p.ToldFace.Terms != version.Terms : p.ToldFace != version);
        if (stale.Count == 0)
            return;
        foreach (var reader in stale)
            reader.ToldFace = version;
        turn.TellSome(stale, new RoomUpdated(RoomViews.Face(turn.State)));
    }

    /// <summary>The room as a participant sees it now; they need no room_updated for it.</summary>
    public static RoomView View(RoomTurn turn, Participant reader)
    {
        Settle(turn);
        Refresh(turn.State);
        reader.ToldFace = turn.State.FaceVersion;
        return RoomViews.For(turn.State, reader);
    }

    public static void End(RoomTurn turn, string reason, UserId? actor)
    {
        var state = turn.State;
        var seq = turn.NextSeq();
        foreach (var reader in state.In.Concat(state.Waiting))
            turn.TellGone(reader, new RoomEnded(reason), seq);
        foreach (var participant in state.In)
            CallHistory.Left(turn, participant);
        foreach (var waiting in state.Waiting)
            CallHistory.GaveUp(turn, waiting, CallOutcome.Waiting);
        CallHistory.Close(turn);
        state.In.Clear();
        state.Waiting.Clear();
        state.Presences.Clear();
        state.Declined.Clear();
        state.Host = null;
        state.EmptyUntil = null;
        state.State = MeetingState.Ended;
        state.EndedAt = turn.Now;
        turn.MarkDurable();
        turn.Effects.EndStreams(null);
        turn.Effects.Audit(new RoomAudit(state.Meeting, "room_ended", actor, null, reason));
    }

    private static void Refresh(RoomState state)
    {
        var face = RoomViews.Face(state);
        if (face == state.Face)
            return;
        var terms = state.Face is null || face != state.Face with { State = face.State };
        state.Face = face;
        state.FaceVersion = new FaceVersion(state.FaceVersion.Terms + (terms ? 1 : 0), state.FaceVersion.Any + 1);
    }
}
