// Attendance and call logs: a row per stay, and per user the time in the room and how it ended. No client has a say in it.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class CallHistory
{
    public static void Entered(RoomTurn turn, Participant participant)
    {
        Stay(turn, participant, null);
        var tallies = turn.State.Tallies;
        var user = participant.User.Id;
        if (!tallies.TryGetValue(user, out var tally))
            tallies[user] = new CallTally(user, turn.Now, turn.Now, 0);
        else if (tally.PresentSince is null)
            tallies[user] = tally with { PresentSince = turn.Now };
    }

    public static void RoleChanged(RoomTurn turn, Participant participant) => Stay(turn, participant, null);

    /// <summary>Somebody who was in is out; the user may still be in with another presence.</summary>
    public static void Left(RoomTurn turn, Participant participant)
    {
        Stay(turn, participant, turn.Now);
        if (!turn.State.In.Exists(p => p != participant && p.User.Id == participant.User.Id))
            CloseTally(turn, participant.User.Id);
        Log(turn, participant, turn.State.Tallies[participant.User.Id]);
    }

    /// <summary>Somebody who was never admitted waits no longer. Who was in before keeps that row.</summary>
    public static void GaveUp(RoomTurn turn, Participant waiting, CallOutcome outcome)
    {
        if (!turn.State.Tallies.ContainsKey(waiting.User.Id))
            turn.Line.Add(Row(turn, waiting, outcome, waiting.JoinedAt, 0));
    }

    /// <summary>The room ends: no tally stays open, and the rows say so.</summary>
    public static void Close(RoomTurn turn)
    {
        foreach (var participant in turn.State.In)
        {
            CloseTally(turn, participant.User.Id);
            Log(turn, participant, turn.State.Tallies[participant.User.Id]);
        }
    }

    private static void CloseTally(RoomTurn turn, UserId user)
    {
        var tally = turn.State.Tallies[user];
        if (tally.PresentSince is { } since)
            turn.State.Tallies[user] = tally with { PresentSince = null, Seconds = tally.Seconds + (turn.Now - since).TotalSeconds };
    }

    private static void Log(RoomTurn turn, Participant participant, CallTally tally)
    {
        var running = tally.PresentSince is { } since ? (turn.Now - since).TotalSeconds : 0;
        turn.Line.Add(Row(turn, participant, CallOutcome.Completed, tally.StartedAt, tally.Seconds + running));
    }

    private static CallLogRecord Row(RoomTurn turn, Participant participant, CallOutcome outcome, DateTimeOffset startedAt, double seconds) => new(
        turn.State.Meeting.Id,
        turn.State.Meeting.Code,
        turn.State.Meeting.Title,
        participant.User.Id,
        participant.Role,
        outcome,
        startedAt,
        turn.Now,
        (long)Math.Round(seconds));

    private static void Stay(RoomTurn turn, Participant participant, DateTimeOffset? leftAt) => turn.Line.Add(new StayRecord(
        participant.Id,
        turn.State.Meeting.Id,
        participant.User.Id,
        participant.Name,
        participant.Role,
        participant.JoinedAt,
        leftAt));
}
