// Who waits, in which place, and who is told of it.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class WaitingList
{
    /// <summary>Tells waiting_room again to those whose position has changed. All get the same number: each sees one of them.</summary>
    public static void TellPositions(RoomTurn turn)
    {
        var waiting = turn.State.Waiting;
        long seq = 0;
        for (var i = 0; i < waiting.Count; i++)
        {
            var reader = waiting[i];
            if (reader.ToldPosition == i + 1 || reader.Connection is null)
                continue;
            reader.ToldPosition = i + 1;
            seq = seq == 0 ? turn.NextSeq() : seq;
            turn.TellOnce(reader, RoomViews.Waiting(turn.State, reader), seq);
        }
    }

    /// <summary>The waiting room as the answer to a request.</summary>
    public static WaitingRoom View(RoomTurn turn, Participant reader, string? requestId)
    {
        var view = RoomViews.Waiting(turn.State, reader) with { Id = requestId };
        reader.ToldPosition = view.Position;
        return view;
    }

    /// <summary>A new host or co-host learns who waits.</summary>
    public static void TellAll(RoomTurn turn, Participant moderator)
    {
        foreach (var waiting in turn.State.Waiting)
            turn.TellSome([moderator], new NewParticipantRequest(waiting.ToView()));
    }

    public static void Ask(RoomTurn turn, Participant newcomer)
    {
        newcomer.Waiting = true;
        newcomer.Order = turn.State.NextOrder++;
        newcomer.JoinedAt = turn.Now;
        newcomer.EnteredSeq = long.MaxValue;
        turn.State.Waiting.Add(newcomer);
        turn.State.Presences.Add(newcomer.Id, newcomer);
        turn.MarkDurable();
        turn.TellModerators(new NewParticipantRequest(newcomer.ToView()));
    }

    /// <summary>Takes somebody out who waits no longer.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="waiting">Who.</param>
    /// <param name="reason">What moderators are told.</param>
    /// <param name="outcome">What their history says.</param>
    /// <param name="except">The moderator who did it.</param>
    public static void Withdraw(RoomTurn turn, Participant waiting, string reason, CallOutcome outcome, Participant? except = null)
    {
        _ = turn.State.Waiting.Remove(waiting);
        _ = turn.State.Presences.Remove(waiting.Id);
        turn.MarkDurable();
        CallHistory.GaveUp(turn, waiting, outcome);
        turn.TellModerators(new ParticipantRequestWithdrawn(waiting.Id, reason), except);
    }
}
