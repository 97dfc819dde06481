// Waiting, positions, admission and refusal.
using Parley.Protocol;

namespace Parley.Rooms.Tests;

public sealed class LobbyTests
{
    private static readonly UserIdentity Ben = Stage.Account(2, "Ben");
    private static readonly UserIdentity Gus = Stage.Guest(3, "Gus");
    private static readonly UserIdentity Eve = Stage.Account(4, "Eve");

    [Fact]
    public void An_admitted_one_is_told_and_so_is_the_room()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);
        var me = ben.Me;

        Assert.IsType<Ack>(owner.Send(new AcceptParticipant(new AdmissionTarget(me))));

        var accepted = ben.Last<AcceptedIntoRoom>();
        Assert.Equal(me, accepted.Room.Me);
        Assert.NotNull(accepted.Seq);
        Assert.Equal(me, owner.Last<NewParticipant>().Participant.Id);
        Assert.Empty(ben.All<NewParticipant>());
        Assert.Equal(2, accepted.Room.Participants.Count);
    }

    [Fact]
    public void Admitting_twice_admits_once()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);

        Assert.IsType<Ack>(owner.Send(new AcceptParticipant(new AdmissionTarget(ben.Me))));
        Assert.IsType<Ack>(owner.Send(new AcceptParticipant(new AdmissionTarget(ben.Me))));

        Assert.Single(ben.All<AcceptedIntoRoom>());
        Assert.Single(owner.All<NewParticipant>());
    }

    [Fact]
    public void Deciding_on_nobody_is_peer_not_found()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);

        Assert.Equal(ErrorCodes.PeerNotFound, Code(owner.Send(new AcceptParticipant(new AdmissionTarget(ParticipantId.Unknown)))));
        Assert.Equal(ErrorCodes.PeerNotFound, Code(owner.Send(new DeclineParticipant(new AdmissionTarget(ParticipantId.Unknown)))));
        Assert.Equal(ErrorCodes.PeerNotFound, Code(owner.Send(new DeclineParticipant(new AdmissionTarget(owner.Me)))));
    }

    [Fact]
    public void A_participant_decides_nothing()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);
        _ = owner.Send(new AcceptParticipant(AdmissionTarget.All));

        Assert.Equal(ErrorCodes.Forbidden, Code(ben.Send(new AcceptParticipant(AdmissionTarget.All))));
        Assert.Equal(ErrorCodes.Forbidden, Code(ben.Send(new DeclineParticipant(AdmissionTarget.All))));
    }

    [Fact]
    public void Positions_are_told_again_when_they_change()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);
        var gus = stage.Waits(Gus);
        var eve = stage.Waits(Eve);
        Assert.Equal(3, eve.Last<WaitingRoom>().Position);

        _ = owner.Send(new AcceptParticipant(new AdmissionTarget(ben.Me)));

        Assert.Equal(1, gus.Last<WaitingRoom>().Position);
        Assert.NotNull(gus.Last<WaitingRoom>().Seq);
        Assert.Equal(2, eve.Last<WaitingRoom>().Position);
        Assert.Single(ben.All<WaitingRoom>());
    }

    [Fact]
    public void All_who_fit_are_admitted_and_the_rest_go_on_waiting()
    {
        var stage = new Stage(max: 2);
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);
        var gus = stage.Waits(Gus);

        Assert.Equal(ErrorCodes.RoomFull, Code(owner.Send(new AcceptParticipant(AdmissionTarget.All))));

        Assert.Single(ben.All<AcceptedIntoRoom>());
        Assert.Empty(gus.All<AcceptedIntoRoom>());
        Assert.Equal(1, gus.Last<WaitingRoom>().Position);
        Assert.Equal(ErrorCodes.RoomFull, Code(owner.Send(new AcceptParticipant(new AdmissionTarget(gus.Me)))));
        Assert.Equal(1, stage.Room.Digest.WaitingCount);
    }

    [Fact]
    public void A_declined_one_is_told_why_and_may_ask_again_at_once()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben, "same");
        var first = ben.Me;

        Assert.IsType<Ack>(owner.Send(new DeclineParticipant(new AdmissionTarget(first), "not now")));

        Assert.Equal("not now", ben.Last<DeclinedFromRoom>().Reason);
        Assert.IsType<Ack>(owner.Send(new DeclineParticipant(new AdmissionTarget(first))));
        Assert.IsType<WaitingRoom>(ben.Join("same"));
        Assert.NotEqual(first, ben.Me);
        Assert.Equal(2, owner.All<NewParticipantRequest>().Count);
        Assert.Empty(owner.All<ParticipantRequestWithdrawn>());
    }

    [Fact]
    public void The_other_moderators_hear_of_a_decline_and_of_who_gave_up()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);
        _ = owner.Send(new AcceptParticipant(AdmissionTarget.All));
        _ = owner.Send(new SetRole(ben.Me, ParticipantRole.Cohost));
        var gus = stage.Waits(Gus);
        var eve = stage.Waits(Eve);

        _ = owner.Send(new DeclineParticipant(new AdmissionTarget(gus.Me)));
        Assert.IsType<Ack>(eve.Send(new LeaveRoom()));

        Assert.Equal(["declined", "left"], ben.All<ParticipantRequestWithdrawn>().Select(w => w.Reason));
        Assert.Equal(["left"], owner.All<ParticipantRequestWithdrawn>().Select(w => w.Reason));
    }

    [Fact]
    public void A_new_cohost_learns_who_waits()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);
        _ = owner.Send(new AcceptParticipant(AdmissionTarget.All));
        var gus = stage.Waits(Gus);
        Assert.Empty(ben.All<NewParticipantRequest>());

        _ = owner.Send(new SetRole(ben.Me, ParticipantRole.Cohost));

        Assert.Equal(gus.Me, ben.Last<NewParticipantRequest>().Participant.Id);
        Assert.IsType<Ack>(ben.Send(new AcceptParticipant(new AdmissionTarget(gus.Me))));
    }

    [Fact]
    public void Who_was_in_once_comes_back_without_asking()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);
        _ = owner.Send(new AcceptParticipant(AdmissionTarget.All));
        Assert.IsType<Ack>(ben.Send(new LeaveRoom()));

        Assert.IsType<JoinedRoom>(stage.Connect(Ben).Join("again"));
    }

    [Fact]
    public void Switching_the_lobby_off_admits_all_who_wait_as_far_as_there_is_room()
    {
        var stage = new Stage(max: 3);
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);
        var gus = stage.Waits(Gus);
        var eve = stage.Waits(Eve);

        stage.Change(stage.Meeting with { Lobby = false });

        Assert.Single(ben.All<AcceptedIntoRoom>());
        Assert.Single(gus.All<AcceptedIntoRoom>());
        Assert.Empty(eve.All<AcceptedIntoRoom>());
        Assert.False(owner.Last<RoomUpdated>().Room.Lobby);
        _ = ben.Send(new LeaveRoom());
        Assert.Single(eve.All<AcceptedIntoRoom>());
    }

    [Fact]
    public void With_nobody_in_the_first_admitted_by_an_open_lobby_is_host()
    {
        var stage = new Stage();
        var ben = stage.Waits(Ben);
        var gus = stage.Waits(Gus);

        stage.Change(stage.Meeting with { Lobby = false });

        Assert.Equal(ben.Me, ben.Room?.HostId);
        Assert.Equal(ben.Me, gus.Room?.HostId);
    }

    [Fact]
    public void Messages_of_who_waits_are_not_in_room()
    {
        var stage = new Stage();
        _ = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);

        foreach (var message in new ClientMessage[] { new RaiseHand(true), new ChatMessage("hi", "1"), new GetInitiator(), new EndRoom(), new Invite(Stage.User(9)) })
            Assert.Equal(ErrorCodes.NotInRoom, Code(ben.Send(message)));
    }

    [Fact]
    public void Who_waits_and_drops_keeps_the_place_for_the_grace_period()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);
        var gus = stage.Waits(Gus);
        ben.Drop();
        stage.Advance(TimeSpan.FromSeconds(29));

        var (back, answer) = ben.Resume();

        Assert.Equal(1, Assert.IsType<WaitingRoom>(answer).Position);
        Assert.Equal(ben.Me, back.Me);
        Assert.Empty(owner.All<ParticipantRequestWithdrawn>());
        back.Drop();
        stage.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("timeout", owner.Last<ParticipantRequestWithdrawn>().Reason);
        Assert.Equal(1, gus.Last<WaitingRoom>().Position);
        Assert.Equal(ErrorCodes.NotInRoom, Code(back.Resume().Answer));
    }

    [Fact]
    public void Who_was_admitted_while_away_learns_it_on_return_with_what_was_said()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);
        ben.Drop();
        _ = owner.Send(new AcceptParticipant(new AdmissionTarget(ben.Me)));
        _ = owner.Send(new ChatMessage("welcome", "1"));

        var (back, answer) = ben.Resume();

        var accepted = Assert.IsType<AcceptedIntoRoom>(answer);
        Assert.Equal(ben.Me, accepted.Room.Me);
        Assert.Contains("welcome", System.Text.Encoding.UTF8.GetString(Assert.Single(accepted.Missed!).Utf8), StringComparison.Ordinal);
        Assert.IsType<Ack>(back.Send(new RaiseHand(true)));
        Assert.IsType<RoomResumed>(back.Resume().Answer);
    }

    [Fact]
    public void Who_was_declined_while_away_learns_it_on_return_even_after_a_restart()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);
        ben.Drop();
        _ = owner.Send(new DeclineParticipant(new AdmissionTarget(ben.Me), "full"));

        Assert.Equal("full", Assert.IsType<DeclinedFromRoom>(ben.Resume().Answer).Reason);
        stage.Restart();
        Assert.Equal("full", Assert.IsType<DeclinedFromRoom>(ben.Resume().Answer).Reason);
        stage.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(ErrorCodes.NotInRoom, Code(ben.Resume().Answer));
    }

    private static string? Code(ServerMessage? answer) => Assert.IsType<Error>(answer).Code;
}
