// `join_room` and entries by invitation: repeats, refusals in their order, the lobby, and the way in.
using Parley.Protocol;

namespace Parley.Rooms;

internal static class JoinRoomHandler
{
    public static void Handle(RoomTurn turn, EnterRoom enter)
    {
        var state = turn.State;
        if (state.IsOver)
        {
            turn.Refuse(enter.Connection, enter.Request.Id, ErrorCodes.MeetingEnded, "The meeting is over.");
            return;
        }

        var present = state.FindByClientId(enter.User.Id, enter.Request.ClientId);
        if (state.FindByConnection(enter.Connection) is { } here && here != present)
        {
            if (!IsRepeat(here, enter))
            {
                turn.Refuse(enter.Connection, enter.Request.Id, ErrorCodes.AlreadyInRoom, "This connection is in a room already.");
                return;
            }

            present = here;
        }

        if (present is not null)
            Repeat(turn, enter, present);
        else if (Refusal(state, enter) is var (code, message))
            Refuse(turn, enter, code, message);
        else
            Begin(turn, enter);
    }

    // Without a client_id, asking again by the same connection is a repeat while one waits, or when an invitation leads to where one is.
    private static bool IsRepeat(Participant here, EnterRoom enter) =>
        here.User.Id == enter.User.Id && (enter.Reply == EntryReply.Invitation || (here.Waiting && enter.Request.ClientId is null));

    private static void Repeat(RoomTurn turn, EnterRoom enter, Participant present)
    {
        if (present.Resume.Ensure(turn.State.Entropy))
            turn.MarkDurable();
        if (present.Connection != enter.Connection)
        {
            var back = present.Connection is null && !present.Waiting;
            turn.Attach(present, enter.Connection);
            if (back)
                turn.TellUpdated(present, present);
        }

        if (present.Waiting && enter.Pass != EntryPass.None && !turn.State.IsFull)
        {
            Admission.ComeIn(turn, present);
            present.EnteredSeq = turn.State.Seq;
        }

        Answer(turn, enter, present);
    }

    private static (string Code, string Message)? Refusal(RoomState state, EnterRoom enter)
    {
        var owner = enter.User.Id == state.Meeting.OwnerId;
        if (!enter.PasswordVerified && !owner)
            return (ErrorCodes.WrongPassword, "The password is wrong or missing.");
        if (state.Removed.Contains(enter.User.Id))
            return (ErrorCodes.Removed, "You were removed from this room.");
        if (state.Locked && !owner && enter.Pass != EntryPass.LobbyAndLock)
            return (ErrorCodes.RoomLocked, "The room is locked.");
        if (state.IsFull || (MustWait(state, enter) && state.Waiting.Count >= state.Options.WaitingCapacity))
            return (ErrorCodes.RoomFull, "The room is full.");
        return null;
    }

    private static void Refuse(RoomTurn turn, EnterRoom enter, string code, string message)
    {
        turn.Refuse(enter.Connection, enter.Request.Id, code, message);
        turn.Effects.Audit(new RoomAudit(turn.State.Meeting, "entry_refused", null, enter.User.Id, code));
    }

    private static bool MustWait(RoomState state, EnterRoom enter) =>
        state.Meeting.Lobby
        && enter.Pass == EntryPass.None
        && enter.User.Id != state.Meeting.OwnerId
        && enter.User.GrantedRole is not (ParticipantRole.Host or ParticipantRole.Cohost)
        && !state.Admitted.Contains(enter.User.Id);

    private static void Begin(RoomTurn turn, EnterRoom enter)
    {
        var state = turn.State;
        var kind = state.Meeting.Kind;
        var newcomer = new Participant
        {
            Id = new ParticipantId(state.Entropy.NewId(turn.Now)),
            User = enter.User,
            Name = enter.User.Kind == UserKind.Guest ? enter.Request.DisplayName?.Trim() ?? enter.User.Name : enter.User.Name,
            ClientId = enter.Request.ClientId,
            Resume = ResumeToken.New(state.Entropy),
            Mic = enter.Request.Media is { Mic: true } && kind != MeetingKind.Data,
            Camera = enter.Request.Media is { Camera: true } && kind == MeetingKind.Video,
        };
        turn.Attach(newcomer, enter.Connection);
        _ = state.Declined.RemoveAll(d => d.Decline.User == enter.User.Id);
        if (MustWait(state, enter))
            WaitingList.Ask(turn, newcomer);
        else
            Admission.ComeIn(turn, newcomer);
        Answer(turn, enter, newcomer);
    }

    private static void Answer(RoomTurn turn, EnterRoom enter, Participant present)
    {
        var id = enter.Request.Id;
        if (present.Waiting)
        {
            turn.Reply(enter.Connection, WaitingList.View(turn, present, id));
            return;
        }

        var view = Lifecycle.View(turn, present);
        turn.Reply(enter.Connection, (enter.Reply, present.Role) switch
        {
            (EntryReply.RoomCreated, _) => new RoomCreated(view) { Id = id },
            (EntryReply.Join, ParticipantRole.Host) => new HostJoinedRoom(view) { Id = id },
            _ => new JoinedRoom(view) { Id = id },
        });
    }
}
