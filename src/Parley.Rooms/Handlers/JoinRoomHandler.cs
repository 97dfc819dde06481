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
        else if (RefusalCode(state, enter.User, enter.Pass, enter.PasswordVerified) is { } code)
            Refuse(turn, enter, code);
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

    /// <summary>The code of what keeps somebody out who is not in; null when nothing does.</summary>
    public static string? RefusalCode(RoomState state, UserIdentity user, EntryPass pass, bool passwordVerified)
    {
        var owner = user.Id == state.Meeting.OwnerId;
        if (!passwordVerified && !owner)
            return ErrorCodes.WrongPassword;
        if (state.Removed.Contains(user.Id))
            return ErrorCodes.Removed;
        if (state.Locked && !owner && pass != EntryPass.LobbyAndLock)
            return ErrorCodes.RoomLocked;
        return state.IsFull || (MustWait(state, user, pass) && state.Waiting.Count >= state.Options.WaitingCapacity) ? ErrorCodes.RoomFull : null;
    }

    /// <summary>Whether the lobby holds somebody.</summary>
    public static bool MustWait(RoomState state, UserIdentity user, EntryPass pass) =>
        state.Meeting.Lobby
        && pass == EntryPass.None
        && user.Id != state.Meeting.OwnerId
        && user.GrantedRole is not (ParticipantRole.Host or ParticipantRole.Cohost)
        && !state.Admitted.Contains(user.Id);

    private static void Refuse(RoomTurn turn, EnterRoom enter, string code)
    {
        turn.Refuse(enter.Connection, enter.Request.Id, code, Explain(code));
        turn.Effects.Audit(new RoomAudit(turn.State.Meeting, "entry_refused", null, enter.User.Id, code));
    }

    private static string Explain(string code) => code switch
    {
        ErrorCodes.WrongPassword => "The password is wrong or missing.",
        ErrorCodes.Removed => "You were removed from this room.",
        ErrorCodes.RoomLocked => "The room is locked.",
        _ => "The room is full.",
    };

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
        if (MustWait(state, enter.User, enter.Pass))
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
