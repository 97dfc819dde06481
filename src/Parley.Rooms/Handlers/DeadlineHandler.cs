// What is due: grace periods, the end of an empty room, events and declines too old to keep. Commits and held outputs look at the time by themselves.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class DeadlineHandler
{
    public static void Handle(RoomTurn turn)
    {
        var state = turn.State;
        turn.MarkChanged();
        state.Log.DropStale(turn.Now);
        _ = state.Declined.RemoveAll(d => d.Until <= turn.Now);
        foreach (var absent in state.Presences.Values.Where(p => p.GraceUntil <= turn.Now).OrderBy(p => p.Order).ToList())
        {
            turn.Effects.Measure(RoomMeasure.TimedOut);
            if (absent.Waiting)
                WaitingList.Withdraw(turn, absent, "timeout", CallOutcome.Waiting);
            else
                Admission.Leave(turn, absent, "timeout");
        }

        Admission.Settle(turn);
        if (state.IsOver || state.EmptyUntil is not { } until || until > turn.Now)
            return;
        if (state.State == MeetingState.Created)
            state.Retired = true;
        else
            Lifecycle.End(turn, "empty", null);
    }

    /// <summary>The first time at which there will be something to do.</summary>
    public static Deadline? Next(RoomState state)
    {
        if (state.IsOver || state.Retired)
            return null;
        Deadline? next = At(state.EmptyUntil, DeadlineReason.EmptyOver);
        next = Deadline.Earlier(next, At(state.Log.StaleAt, DeadlineReason.EventsStale));
        foreach (var presence in state.Presences.Values)
            next = Deadline.Earlier(next, At(presence.GraceUntil, DeadlineReason.GraceOver));
        foreach (var declined in state.Declined)
            next = Deadline.Earlier(next, At(declined.Until, DeadlineReason.DeclineStale));
        return next;
    }

    public static Deadline? At(DateTimeOffset? at, DeadlineReason reason) => at is { } time ? new Deadline(time, reason) : null;
}
