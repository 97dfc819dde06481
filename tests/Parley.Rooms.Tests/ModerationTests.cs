// Roles, their powers and limits, and who follows a host.
using Parley.Protocol;

namespace Parley.Rooms.Tests;

public sealed class ModerationTests
{
    private static readonly UserIdentity Ben = Stage.Account(2, "Ben");
    private static readonly UserIdentity Gus = Stage.Guest(3, "Gus");
    private static readonly UserIdentity Eve = Stage.Account(4, "Eve");

    [Fact]
    public void A_participant_may_not_moderate_and_a_cohost_is_not_host()
    {
        var (stage, owner, ben, gus) = Three();
        _ = owner.Send(new SetRole(ben.Me, ParticipantRole.Cohost));

        foreach (var message in new ClientMessage[] { new MuteParticipant(owner.Me), new StopVideo(owner.Me), new RemoveParticipant(ben.Me), new LockRoom(true) })
            Assert.Equal(ErrorCodes.Forbidden, Code(gus.Send(message)));
        foreach (var message in new ClientMessage[] { new SetRole(gus.Me, ParticipantRole.Cohost), new EndRoom() })
            Assert.Equal(ErrorCodes.NotHost, Code(ben.Send(message)));
        foreach (var message in new ClientMessage[] { new MuteParticipant(owner.Me), new StopVideo(owner.Me), new RemoveParticipant(owner.Me) })
            Assert.Equal(ErrorCodes.Forbidden, Code(ben.Send(message)));
        Assert.Equal(MeetingState.Active, stage.Room.Digest.State);
    }

    [Fact]
    public void Moderation_reaches_the_one_it_is_meant_for()
    {
        var (_, owner, ben, gus) = Three();

        Assert.IsType<Ack>(owner.Send(new MuteParticipant(ben.Me)));
        Assert.IsType<Ack>(owner.Send(new StopVideo(ben.Me)));

        var requests = ben.All<MediaRequest>();
        Assert.Equal([(false, null), (null, false)], requests.Select(r => (r.Mic, r.Camera)));
        Assert.Equal(owner.Me, requests[0].From);
        Assert.Empty(gus.All<MediaRequest>());
        Assert.Equal(ErrorCodes.PeerNotFound, Code(owner.Send(new MuteParticipant(ParticipantId.Unknown))));
    }

    [Fact]
    public void A_removed_user_is_out_with_every_presence_and_stays_out()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben, "1");
        _ = owner.Send(new AcceptParticipant(AdmissionTarget.All));
        var tab = stage.Joined(Ben, "2");

        Assert.IsType<Ack>(owner.Send(new RemoveParticipant(ben.Me)));

        Assert.Single(ben.All<RemovedFromRoom>());
        Assert.Single(tab.All<RemovedFromRoom>());
        Assert.Equal(["removed", "removed"], owner.All<ParticipantLeft>().Select(l => l.Reason));
        Assert.Null(ben.Closed);
        Assert.Equal(ErrorCodes.NotInRoom, Code(ben.Send(new RaiseHand(true))));
        Assert.Equal(ErrorCodes.Removed, Code(ben.Join("1")));
        Assert.Equal(ErrorCodes.Removed, Code(tab.Resume().Answer));
        stage.Restart();
        Assert.Equal(ErrorCodes.Removed, Code(stage.Connect(Ben).Join("3")));
        Assert.Contains(stage.Audits, a => a is { Event: "participant_removed" } && a.Subject == Ben.Id && a.Actor == Stage.Owner.Id);
    }

    [Fact]
    public void The_owner_cannot_be_removed_from_their_own_meeting()
    {
        var (_, owner, ben, _) = Three();
        _ = owner.Send(new SetRole(ben.Me, ParticipantRole.Host));

        Assert.Equal(ErrorCodes.Forbidden, Code(ben.Send(new RemoveParticipant(owner.Me))));
    }

    [Fact]
    public void Handing_the_room_over_makes_the_former_host_a_cohost()
    {
        var (stage, owner, ben, gus) = Three();

        Assert.IsType<Ack>(owner.Send(new SetRole(ben.Me, ParticipantRole.Host)));

        Assert.Equal(ParticipantRole.Cohost, stage.Snap(owner).Role);
        Assert.Equal(ben.Me, gus.Last<RoomUpdated>().Room.HostId);
        Assert.Equal(ErrorCodes.NotHost, Code(owner.Send(new EndRoom())));
        Assert.Equal(ErrorCodes.Forbidden, Code(ben.Send(new SetRole(ben.Me, ParticipantRole.Participant))));
    }

    [Fact]
    public void The_longest_present_cohost_follows_before_any_participant()
    {
        var (stage, owner, ben, gus) = Three();
        _ = owner.Send(new SetRole(gus.Me, ParticipantRole.Cohost));

        _ = owner.Send(new LeaveRoom());

        Assert.Equal(ParticipantRole.Host, stage.Snap(gus).Role);
        Assert.Equal(gus.Me, ben.Last<RoomUpdated>().Room.HostId);
        _ = gus.Send(new LeaveRoom());
        Assert.Equal(ParticipantRole.Host, stage.Snap(ben).Role);
    }

    [Theory]
    [InlineData(true, ParticipantRole.Cohost)]
    [InlineData(false, ParticipantRole.Participant)]
    public void The_owner_takes_the_role_back_and_the_other_is_again_what_they_were(bool cohost, ParticipantRole before)
    {
        var (stage, owner, ben, _) = Three();
        if (cohost)
            _ = owner.Send(new SetRole(ben.Me, ParticipantRole.Cohost));
        _ = owner.Send(new LeaveRoom());
        Assert.Equal(ParticipantRole.Host, stage.Snap(ben).Role);

        var back = stage.Connect(Stage.Owner);

        Assert.IsType<HostJoinedRoom>(back.Join("new"));
        Assert.Equal(before, stage.Snap(ben).Role);
        Assert.Equal(before, ben.Last<ParticipantUpdated>().Participant.Role);
        Assert.Equal(back.Me, ben.Last<RoomUpdated>().Room.HostId);
    }

    [Fact]
    public void An_owner_who_lost_their_browser_takes_the_role_from_their_own_older_presence()
    {
        var (stage, owner, _, _) = Three();
        owner.Drop();

        var back = stage.Connect(Stage.Owner);

        Assert.IsType<HostJoinedRoom>(back.Join("other browser"));
        Assert.Equal(ParticipantRole.Cohost, stage.Snap(owner).Role);
    }

    [Fact]
    public void A_host_past_the_grace_period_is_followed_and_no_sooner()
    {
        var (stage, owner, ben, _) = Three();
        owner.Drop();
        stage.Advance(TimeSpan.FromSeconds(29.9));
        Assert.Equal(owner.Me, stage.Room.Snapshot().HostId);

        stage.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(ben.Me, stage.Room.Snapshot().HostId);
        Assert.Equal("timeout", ben.Last<ParticipantLeft>().Reason);
    }

    [Fact]
    public void A_dropped_host_returns_as_host()
    {
        var (stage, owner, ben, _) = Three();
        owner.Drop();
        stage.Advance(TimeSpan.FromSeconds(20));

        var (back, answer) = owner.Resume();

        Assert.Equal(owner.Me, Assert.IsType<RoomResumed>(answer).Room.HostId);
        Assert.IsType<Ack>(back.Send(new LockRoom(true)));
        Assert.Equal([ConnectionState.Reconnecting, ConnectionState.Connected], ben.All<ParticipantUpdated>().Select(u => u.Participant.Connection));
    }

    [Fact]
    public void Locking_is_told_and_done_once()
    {
        var (stage, owner, ben, _) = Three();

        _ = owner.Send(new LockRoom(true));
        _ = owner.Send(new LockRoom(true));

        Assert.Single(ben.All<RoomUpdated>(), u => u.Room.Locked);
        Assert.Equal(ErrorCodes.RoomLocked, Code(stage.Connect(Eve).Join("e")));
    }

    [Fact]
    public void Ending_tells_everybody_and_closes_every_stay()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);
        _ = owner.Send(new AcceptParticipant(AdmissionTarget.All));
        var gus = stage.Waits(Gus);
        stage.Advance(TimeSpan.FromSeconds(90));

        Assert.IsType<Ack>(owner.Send(new EndRoom()));

        Assert.All([owner, ben, gus], c => Assert.Equal("host_ended", Assert.Single(c.All<RoomEnded>()).Reason));
        Assert.True(stage.Over);
        Assert.Null(stage.Store.Snapshot);
        Assert.Equal(new MeetingStatus(MeetingState.Ended, Stage.Start, stage.Now), stage.Store.Status);
        Assert.All(stage.Store.Stays.Values, s => Assert.Equal(stage.Now, s.LeftAt));
        Assert.Equal((CallOutcome.Completed, 90), (stage.Store.Logs[Ben.Id].Outcome, stage.Store.Logs[Ben.Id].DurationSeconds));
        Assert.Equal(CallOutcome.Waiting, stage.Store.Logs[Gus.Id].Outcome);
        Assert.Equal(ParticipantRole.Host, stage.Store.Logs[Stage.Owner.Id].Role);
    }

    [Fact]
    public void A_revoked_user_leaves_with_every_presence()
    {
        var (stage, _, ben, gus) = Three();

        stage.Post(new UserRevoked(Ben.Id));

        Assert.Equal(ben.Me, gus.Last<ParticipantLeft>().ParticipantId);
        Assert.Null(ben.Bound);
    }

    [Fact]
    public void Ringing_carries_what_the_role_lets_pass()
    {
        var (stage, owner, ben, gus) = Three();
        _ = owner.Send(new SetRole(ben.Me, ParticipantRole.Cohost));

        foreach (var client in new[] { owner, ben, gus })
            _ = client.Send(new Invite(Eve.Id));

        Assert.Equal([EntryPass.LobbyAndLock, EntryPass.Lobby, EntryPass.None], stage.Rings.Select(r => r.Pass));
    }

    private static (Stage Stage, TestClient Owner, TestClient Ben, TestClient Gus) Three()
    {
        var stage = new Stage(lobby: false);
        return (stage, stage.Joined(Stage.Owner), stage.Joined(Ben), stage.Joined(Gus));
    }

    private static string? Code(ServerMessage? answer) => Assert.IsType<Error>(answer).Code;
}
