// Ways in: roles on entry, refusals in their order, repeats and takeovers.
using Parley.Protocol;

namespace Parley.Rooms.Tests;

public sealed class JoinRoomTests
{
    private static readonly UserIdentity Ben = Stage.Account(2, "Ben");
    private static readonly UserIdentity Gus = Stage.Guest(3, "Gus");

    [Fact]
    public void The_owner_enters_as_host_past_lobby_and_missing_password()
    {
        var stage = new Stage();
        var owner = stage.Connect(Stage.Owner);

        var view = Assert.IsType<HostJoinedRoom>(owner.Join("a", password: false)).Room;

        Assert.Equal(view.Me, view.HostId);
        Assert.Equal(MeetingState.Active, view.State);
        Assert.Equal(Stage.Start, view.StartedAt);
        Assert.Equal(ParticipantRole.Host, Assert.Single(view.Participants).Role);
        Assert.Equal(43, view.ResumeToken.Length);
        Assert.Single(owner.Inbox);
    }

    [Fact]
    public void Who_comes_while_an_unused_room_is_going_keeps_it()
    {
        var stage = new Stage(lobby: false) { Mode = CommitMode.Held };
        stage.Change(stage.Meeting with { Title = "Daily" });
        stage.Advance(TimeSpan.FromSeconds(61));
        var ben = stage.Connect(Ben);
        _ = ben.Join("a");

        stage.Mode = CommitMode.AtOnce;
        while (stage.Pending is not null)
            stage.Settle(true);

        Assert.False(stage.Over);
        Assert.Equal(ben.Me, ben.Last<HostJoinedRoom>().Room.HostId);
        Assert.IsType<Ack>(ben.Send(new RaiseHand(true)));
    }

    [Fact]
    public void Without_a_lobby_the_first_in_is_host_and_the_next_a_participant()
    {
        var stage = new Stage(lobby: false);
        var ben = stage.Connect(Ben);
        var gus = stage.Connect(Gus);

        Assert.IsType<HostJoinedRoom>(ben.Join());
        var room = Assert.IsType<JoinedRoom>(gus.Join(displayName: "Gustav")).Room;

        Assert.Equal(ben.Me, room.HostId);
        Assert.Equal("Gustav", ben.Last<NewParticipant>().Participant.Name);
        Assert.True(ben.Last<NewParticipant>().Participant.Guest);
        Assert.Empty(gus.All<NewParticipant>());
    }

    [Fact]
    public void A_display_name_is_for_guests_alone()
    {
        var stage = new Stage(lobby: false);
        var ben = stage.Connect(Ben);

        Assert.IsType<HostJoinedRoom>(ben.Join(displayName: "Somebody else"));

        Assert.Equal("Ben", ben.Room?.Participants[0].Name);
    }

    [Fact]
    public void With_a_lobby_newcomers_wait_and_host_and_cohosts_are_asked()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Connect(Ben);

        var waiting = Assert.IsType<WaitingRoom>(ben.Join("b", new MediaState(true, true)));

        Assert.Equal(1, waiting.Position);
        Assert.Equal(waiting.Me, owner.Last<NewParticipantRequest>().Participant.Id);
        Assert.NotNull(owner.Last<NewParticipantRequest>().Seq);
        Assert.Equal(1, stage.Room.Digest.WaitingCount);
        Assert.Equal(1, stage.Room.Digest.ParticipantCount);
    }

    [Fact]
    public void A_plain_participant_does_not_see_who_waits()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);
        owner.Send(new AcceptParticipant(new AdmissionTarget(ben.Me)));

        _ = stage.Waits(Gus);
        var (back, _) = ben.Resume();

        Assert.Empty(ben.All<NewParticipantRequest>());
        Assert.Empty(back.Room!.Waiting);
        Assert.Single(owner.Resume().Client.Room!.Waiting);
    }

    [Fact]
    public void Refusals_come_in_the_order_of_the_contract()
    {
        var stage = new Stage(lobby: false, max: 2);
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Joined(Ben);
        _ = owner.Send(new RemoveParticipant(ben.Me));
        _ = stage.Joined(Gus);
        _ = owner.Send(new LockRoom(true));

        Assert.Equal(ErrorCodes.WrongPassword, Code(stage.Connect(Ben).Join("x", password: false)));
        Assert.Equal(ErrorCodes.Removed, Code(stage.Connect(Ben).Join("x")));
        Assert.Equal(ErrorCodes.RoomLocked, Code(stage.Connect(Stage.Account(5, "Eve")).Join("x")));
        _ = owner.Send(new LockRoom(false));
        Assert.Equal(ErrorCodes.RoomFull, Code(stage.Connect(Stage.Account(5, "Eve")).Join("x")));
        stage.Mode = CommitMode.Held;
        _ = owner.Send(new EndRoom());
        stage.Mode = CommitMode.AtOnce;
        Assert.True(stage.Audits.Where(a => a.Event == "entry_refused").Select(a => a.Detail).SequenceEqual(["wrong_password", "removed", "room_locked", "room_full"], StringComparer.Ordinal));
        var late = stage.Connect(Ben);
        _ = late.Join("x", password: false);
        Assert.Equal(ErrorCodes.MeetingEnded, late.Last<Error>().Code);
    }

    [Fact]
    public void The_owner_passes_the_lock_but_not_the_capacity()
    {
        var stage = new Stage(lobby: false, max: 2);
        var ben = stage.Joined(Ben);
        _ = ben.Send(new LockRoom(true));

        Assert.IsType<HostJoinedRoom>(stage.Connect(Stage.Owner).Join("a"));
        Assert.Equal(ErrorCodes.RoomFull, Code(stage.Connect(Stage.Owner).Join("b")));
    }

    [Fact]
    public void Who_is_reconnecting_holds_their_place_and_who_waits_holds_none()
    {
        var stage = new Stage(max: 2);
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);
        _ = stage.Waits(Gus);
        Assert.IsType<Ack>(owner.Send(new AcceptParticipant(new AdmissionTarget(ben.Me))));
        ben.Drop();

        Assert.Equal(ErrorCodes.RoomFull, Code(stage.Connect(Stage.Account(5, "Eve")).Join("e")));
        Assert.True(stage.Room.Digest.Full);
    }

    [Fact]
    public void The_waiting_room_is_bounded()
    {
        var stage = new Stage(options: new RoomOptions { WaitingCapacity = 1 });
        _ = stage.Joined(Stage.Owner);
        _ = stage.Waits(Ben);

        Assert.Equal(ErrorCodes.RoomFull, Code(stage.Connect(Gus).Join("g")));
    }

    [Fact]
    public void A_join_whose_answer_was_lost_is_repeated_and_answered_alike()
    {
        var stage = new Stage(lobby: false);
        var owner = stage.Joined(Stage.Owner);
        var deaf = stage.Connect(Ben);
        deaf.Deaf = true;
        _ = deaf.Join("same", new MediaState(Mic: true));
        deaf.Drop();
        var ben = stage.Connect(Ben);

        var room = Assert.IsType<JoinedRoom>(ben.Join("same")).Room;

        Assert.Equal(2, room.Participants.Count);
        Assert.True(room.Participants[1].Mic);
        Assert.Single(owner.All<NewParticipant>());
        Assert.Equal(ConnectionState.Connected, owner.Last<ParticipantUpdated>().Participant.Connection);
    }

    [Fact]
    public void A_repeat_by_a_newer_connection_takes_over_and_the_older_is_closed()
    {
        var stage = new Stage(lobby: false);
        _ = stage.Joined(Stage.Owner);
        var first = stage.Joined(Ben, "same");
        var second = stage.Connect(Ben);

        var room = Assert.IsType<JoinedRoom>(second.Join("same")).Room;

        Assert.Equal(CloseCode.Replaced, first.Closed);
        Assert.Equal(first.Me, room.Me);
        Assert.Equal(first.Token, room.ResumeToken);
        stage.Post(new ConnectionLost(first.Connection, first.Me));
        Assert.Equal(2, stage.Room.Digest.ParticipantCount);
        Assert.IsType<Ack>(second.Send(new RaiseHand(true)));
    }

    [Fact]
    public void The_same_connection_may_repeat_its_join_but_not_ask_for_another()
    {
        var stage = new Stage(lobby: false);
        var owner = stage.Joined(Stage.Owner, "a");

        Assert.IsType<HostJoinedRoom>(owner.Join("a"));
        Assert.Equal(ErrorCodes.AlreadyInRoom, Code(owner.Join("b")));
        Assert.Equal(ErrorCodes.AlreadyInRoom, Code(owner.Join()));
        Assert.Equal(1, stage.Room.Digest.ParticipantCount);
    }

    [Fact]
    public void Who_waits_may_ask_again_and_keeps_the_place()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Connect(Ben);
        var first = Assert.IsType<WaitingRoom>(ben.Join());

        var again = Assert.IsType<WaitingRoom>(ben.Join());

        Assert.Equal(first.Me, again.Me);
        Assert.Single(owner.All<NewParticipantRequest>());
    }

    [Fact]
    public void A_user_with_two_tabs_is_two_participants()
    {
        var stage = new Stage(lobby: false);
        _ = stage.Joined(Ben, "tab1");
        _ = stage.Joined(Ben, "tab2");

        Assert.Equal(2, stage.Room.Digest.ParticipantCount);
    }

    [Theory]
    [InlineData(MeetingKind.Video, true, true, true)]
    [InlineData(MeetingKind.Audio, true, false, true)]
    [InlineData(MeetingKind.Data, false, false, false)]
    public void The_kind_of_the_room_bounds_what_can_be_open(MeetingKind kind, bool mic, bool camera, bool screen)
    {
        var stage = new Stage(kind: kind);
        var owner = stage.Connect(Stage.Owner);

        _ = owner.Join("a", new MediaState(true, true));
        Assert.Equal((mic, camera), (owner.Room!.Participants[0].Mic, owner.Room.Participants[0].Camera));
        Assert.IsType<Ack>(owner.Send(new UpdateMedia(Mic: true, Camera: true, Screen: true)));
        var snapshot = stage.Snap(owner);
        Assert.Equal((mic, camera, screen), (snapshot.Mic, snapshot.Camera, snapshot.Screen));
    }

    [Theory]
    [InlineData(ParticipantRole.Host, ParticipantRole.Host)]
    [InlineData(ParticipantRole.Cohost, ParticipantRole.Host)]
    public void A_granted_moderator_passes_the_lobby_and_hosts_an_empty_room(ParticipantRole granted, ParticipantRole expected)
    {
        var stage = new Stage();
        var client = stage.Connect(Ben with { GrantedRole = granted });

        Assert.IsType<HostJoinedRoom>(client.Join("a"));

        Assert.Equal(expected, stage.Snap(client).Role);
    }

    [Fact]
    public void A_granted_host_beside_the_owner_is_a_cohost()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var client = stage.Connect(Ben with { GrantedRole = ParticipantRole.Host });

        var room = Assert.IsType<JoinedRoom>(client.Join("a")).Room;

        Assert.Equal(owner.Me, room.HostId);
        Assert.Equal(ParticipantRole.Cohost, stage.Snap(client).Role);
    }

    [Theory]
    [InlineData(EntryPass.None, false, ErrorCodes.RoomLocked)]
    [InlineData(EntryPass.Lobby, false, ErrorCodes.RoomLocked)]
    [InlineData(EntryPass.LobbyAndLock, false, null)]
    [InlineData(EntryPass.LobbyAndLock, true, ErrorCodes.RoomFull)]
    public void An_invitation_passes_what_its_inviter_may_give(EntryPass pass, bool full, string? refusal)
    {
        var stage = new Stage(max: full ? 2 : 10);
        var owner = stage.Joined(Stage.Owner);
        if (full)
            _ = stage.Joined(Stage.Owner, "second");
        _ = owner.Send(new LockRoom(true));

        var answer = stage.Connect(Ben).Invited(pass);

        Assert.Equal(refusal, (answer as Error)?.Code);
        Assert.Equal(refusal is null, answer is JoinedRoom);
    }

    [Fact]
    public void A_cohosts_invitation_passes_the_lobby_and_a_participants_does_not()
    {
        var stage = new Stage();
        _ = stage.Joined(Stage.Owner);

        Assert.IsType<JoinedRoom>(stage.Connect(Ben).Invited(EntryPass.Lobby));
        Assert.IsType<WaitingRoom>(stage.Connect(Gus).Invited(EntryPass.None));
    }

    [Fact]
    public void No_invitation_passes_a_removal()
    {
        var stage = new Stage(lobby: false);
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Joined(Ben);
        _ = owner.Send(new RemoveParticipant(ben.Me));

        Assert.Equal(ErrorCodes.Removed, Code(stage.Connect(Ben).Invited(EntryPass.LobbyAndLock)));
    }

    [Fact]
    public void Who_waits_and_is_invited_comes_in_by_the_same_connection()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben, "b");
        var me = ben.Me;

        var room = Assert.IsType<JoinedRoom>(ben.Invited(EntryPass.LobbyAndLock)).Room;

        Assert.Equal(me, room.Me);
        Assert.Equal(me, owner.Last<NewParticipant>().Participant.Id);
        Assert.Equal(0, stage.Room.Digest.WaitingCount);
    }

    private static string? Code(ServerMessage? answer) => Assert.IsType<Error>(answer).Code;
}
