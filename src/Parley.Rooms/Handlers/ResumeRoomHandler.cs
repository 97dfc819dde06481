// `resume_room`: brings a participant back exactly as they were, with what they missed.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class ResumeRoomHandler
{
    public static void Handle(RoomTurn turn, ResumePresence resume)
    {
        var state = turn.State;
        var request = resume.Request;
        if (state.IsOver)
        {
            Refuse(turn, resume, ErrorCodes.MeetingEnded, "The meeting is over.");
            return;
        }

        if (state.Removed.Contains(resume.User.Id))
        {
            Refuse(turn, resume, ErrorCodes.Removed, "You were removed from this room.");
            return;
        }

        var present = Find(state, resume);
        if (state.FindByConnection(resume.Connection) is { } here && here != present)
        {
            Refuse(turn, resume, ErrorCodes.AlreadyInRoom, "This connection is in a room already.");
            return;
        }

        if (present is not null)
            Restore(turn, resume, present);
        else if (state.Declined.Find(d => IsTheirs(d.Decline, resume)) is { } declined)
            turn.Reply(resume.Connection, new DeclinedFromRoom(declined.Decline.Reason) { Id = request.Id });
        else
            Refuse(turn, resume, ErrorCodes.NotInRoom, "This presence is over; join again.");
    }

    private static Participant? Find(RoomState state, ResumePresence resume)
    {
        foreach (var presence in state.Presences.Values)
        {
            if (presence.User.Id == resume.User.Id && presence.Resume.Matches(resume.Request.ResumeToken))
                return presence;
        }

        return null;
    }

    private static bool IsTheirs(DeclinedSnapshot decline, ResumePresence resume) =>
        decline.User == resume.User.Id && ResumeToken.Matches(resume.Request.ResumeToken, decline.ResumeHash, decline.PreviousResumeHash);

    private static void Refuse(RoomTurn turn, ResumePresence resume, string code, string message) =>
        turn.Refuse(resume.Connection, resume.Request.Id, code, message);

    private static void Restore(RoomTurn turn, ResumePresence resume, Participant present)
    {
        var request = resume.Request;
        var away = present.Connection is null;
        turn.Attach(present, resume.Connection);
        present.Resume.Rotate(request.ResumeToken, turn.State.Entropy);
        turn.MarkDurable();
        if (present.Waiting)
        {
            turn.Reply(resume.Connection, WaitingList.View(turn, present, request.Id));
            return;
        }

        var (missed, complete) = turn.State.Log.Since(present, request.LastSeq, turn.State.Seq);
        if (away)
            turn.TellUpdated(present, present);
        var view = Lifecycle.View(turn, present);

        // Who has not seen the event of their admission still thinks that they wait.
        if (present.FromLobby && request.LastSeq < present.EnteredSeq)
            turn.Reply(resume.Connection, new AcceptedIntoRoom(view, missed.Count > 0 ? missed : null) { Id = request.Id });
        else
            turn.Reply(resume.Connection, new RoomResumed(view, missed, complete) { Id = request.Id });
    }
}
