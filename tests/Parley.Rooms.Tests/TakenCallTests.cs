// A call that is taken: into which room, who enters first, and what becomes of it when a door stays shut.
using Parley.Protocol;
using static Parley.Rooms.Tests.CallScene;

namespace Parley.Rooms.Tests;

public sealed class TakenCallTests
{
    [Fact]
    public void A_call_into_a_room_is_taken_into_it_with_the_inviters_pass()
    {
        var (stage, olga, ben) = Two();
        var second = stage.Open(Ben);
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, room: OlgasRoom, pass: EntryPass.Lobby));
        Assert.Equal(OlgasRoom.Code, sent.Code);

        _ = stage.Take(ben, sent.InvitationId);
        _ = stage.Take(ben, sent.InvitationId);

        Assert.Equal(2, stage.Entries.Count);
        Assert.Single(stage.Entries.Select(e => (e.Connection, e.Pass, e.Reply, e.Request.ClientId)).Distinct());
        Assert.Equal((ben.Connection, EntryPass.Lobby, EntryReply.Invitation), (stage.Entries[0].Connection, stage.Entries[0].Pass, stage.Entries[0].Reply));
        Assert.Equal(OlgasRoom.Code, olga.Last<InvitationAccepted>().Code);
        Assert.Single(second.Inbox.OfType<InvitationAccepted>());
        Assert.Empty(ben.Inbox.OfType<InvitationAccepted>());
        Assert.Equal(ErrorCodes.InvitationNotFound, Code(stage.Refuse(ben, sent.InvitationId)));
    }

    [Fact]
    public void A_call_is_accepted_when_the_room_has_let_in_who_took_it()
    {
        var (stage, olga, ben) = Two();
        var second = stage.Open(Ben);
        stage.HoldEntries = true;
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, room: OlgasRoom, pass: EntryPass.LobbyAndLock));
        _ = stage.Take(ben, sent.InvitationId);
        _ = stage.Take(ben, sent.InvitationId);
        Assert.Empty(olga.Inbox.OfType<InvitationAccepted>());

        stage.Decide(null);
        stage.Decide(null);

        Assert.Single(olga.Inbox.OfType<InvitationAccepted>());
        Assert.Single(second.Inbox.OfType<InvitationAccepted>());
        Assert.Equal(InvitationState.Accepted, stage.Stored[sent.InvitationId].State);
    }

    [Theory]
    [InlineData(ErrorCodes.RoomFull)]
    [InlineData(ErrorCodes.RoomLocked)]
    [InlineData(ErrorCodes.UserOffline)]
    [InlineData(ErrorCodes.Internal)]
    public void A_call_into_a_room_that_refuses_for_now_rings_on(string fault)
    {
        var (stage, olga, ben) = Two();
        stage.HoldEntries = true;
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, room: OlgasRoom, pass: EntryPass.Lobby));
        _ = stage.Take(ben, sent.InvitationId);
        stage.Decide(fault);
        Assert.Empty(olga.Inbox.OfType<InvitationAccepted>());
        Assert.Equal(InvitationState.Ringing, stage.Stored[sent.InvitationId].State);

        _ = stage.Take(ben, sent.InvitationId);
        stage.Decide(null);
        Assert.Single(olga.Inbox.OfType<InvitationAccepted>());
        Assert.Empty(stage.Unanswered);
    }

    [Fact]
    public void A_call_that_was_refused_at_the_door_until_its_end_is_missed()
    {
        var (stage, olga, ben) = Two();
        stage.HoldEntries = true;
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, room: OlgasRoom));
        stage.Advance(TimeSpan.FromSeconds(44));
        _ = stage.Take(ben, sent.InvitationId);
        stage.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(ben.Inbox.OfType<InvitationMissed>());

        stage.Decide(ErrorCodes.RoomFull);
        stage.Advance(TimeSpan.Zero);

        Assert.Single(ben.Inbox.OfType<InvitationMissed>());
        Assert.Single(olga.Inbox.OfType<InvitationMissed>());
        Assert.Equal(CallOutcome.Missed, Assert.Single(stage.Unanswered).Outcome);
    }

    [Theory]
    [InlineData(ErrorCodes.MeetingEnded)]
    [InlineData(ErrorCodes.MeetingNotFound)]
    [InlineData(ErrorCodes.Removed)]
    public void A_call_into_a_room_that_refuses_for_good_is_over(string fault)
    {
        var (stage, olga, ben) = Two();
        stage.HoldEntries = true;
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, room: OlgasRoom));
        _ = stage.Take(ben, sent.InvitationId);
        stage.Decide(fault);

        Assert.Single(olga.Inbox.OfType<InvitationCancelled>());
        Assert.Single(ben.Inbox.OfType<InvitationCancelled>());
        Assert.Empty(olga.Inbox.OfType<InvitationAccepted>());
        Assert.Equal(ErrorCodes.InvitationNotFound, Code(stage.Take(ben, sent.InvitationId)));
    }

    [Fact]
    public void A_connection_in_another_room_does_not_take_a_call()
    {
        var (stage, olga, ben) = Two();
        var intoRoom = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, room: OlgasRoom));
        var other = CallStage.Meeting("ooopppprrr");

        Assert.Equal(ErrorCodes.AlreadyInRoom, Code(stage.Take(ben, intoRoom.InvitationId, other)));
        var fresh = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben));
        Assert.Equal(ErrorCodes.AlreadyInRoom, Code(stage.Take(ben, fresh.InvitationId, other)));
        Assert.Empty(stage.Entries);
        Assert.Empty(stage.Making);

        _ = stage.Take(ben, intoRoom.InvitationId, OlgasRoom);
        Assert.Single(stage.Entries);
    }

    [Fact]
    public void Who_takes_a_call_and_is_gone_before_its_room_is_made_finds_the_inviter_there_later()
    {
        var (stage, olga, ben) = Two();
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben));
        _ = stage.Take(ben, sent.InvitationId);
        stage.Shut(ben);
        stage.Post(new MeetingMade(sent.InvitationId, OlgasRoom));
        Assert.Empty(stage.Entries);

        var back = stage.Open(Ben);
        _ = stage.Take(back, sent.InvitationId);
        stage.Post(new MeetingMade(sent.InvitationId, OlgasRoom));

        Assert.Equal([EntryReply.RoomCreated, EntryReply.Invitation], stage.Entries.Select(e => e.Reply));
        Assert.Equal([olga.Connection, back.Connection], stage.Entries.Select(e => e.Connection));
    }

    [Fact]
    public void Without_a_room_one_is_made_and_the_inviter_enters_first()
    {
        var (stage, olga, ben) = Two();
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben));

        _ = stage.Take(ben, sent.InvitationId);
        Assert.Equal((sent.InvitationId, olga.Connection), Assert.Single(stage.Making));
        stage.Post(new MeetingMade(sent.InvitationId, OlgasRoom));

        Assert.Equal([EntryReply.RoomCreated, EntryReply.Invitation], stage.Entries.Select(e => e.Reply));
        Assert.Equal([olga.Connection, ben.Connection], stage.Entries.Select(e => e.Connection));
        Assert.Equal(OlgasRoom.Code, olga.Last<InvitationAccepted>().Code);
        Assert.Equal((InvitationState.Accepted, OlgasRoom.Code), (stage.Stored[sent.InvitationId].State, stage.Stored[sent.InvitationId].Code));
    }

    [Fact]
    public void A_call_taken_while_the_inviter_is_off_the_network_waits_for_them()
    {
        var (stage, olga, ben) = Two();
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben));
        stage.Shut(olga);
        Assert.Null(stage.Take(ben, sent.InvitationId));
        Assert.Empty(stage.Making);

        var back = stage.Open(Stage.Owner);

        Assert.Equal(back.Connection, Assert.Single(stage.Making).Connection);
        stage.Post(new MeetingMade(sent.InvitationId, OlgasRoom));
        Assert.Equal([back.Connection, ben.Connection], stage.Entries.Select(e => e.Connection));
    }

    [Fact]
    public void A_call_taken_whose_inviter_never_returns_is_missed()
    {
        var (stage, olga, ben) = Two();
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben));
        stage.Shut(olga);
        _ = stage.Take(ben, sent.InvitationId);

        stage.Advance(TimeSpan.FromSeconds(45));

        Assert.Equal(ErrorCodes.UserOffline, ben.Last<Error>().Code);
        Assert.Single(ben.Inbox.OfType<InvitationMissed>());
        Assert.Single(stage.Unanswered);
    }

    [Fact]
    public void A_call_whose_inviter_went_into_another_room_is_void()
    {
        var (stage, olga, ben) = Two();
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben));
        _ = stage.Take(ben, sent.InvitationId);

        stage.Post(new MeetingMade(sent.InvitationId, null, ErrorCodes.AlreadyInRoom));

        Assert.Equal(ErrorCodes.InvitationNotFound, ben.Last<Error>().Code);
        Assert.Single(olga.Inbox.OfType<InvitationCancelled>());
        Assert.Empty(stage.Entries);
    }

    [Fact]
    public void A_meeting_that_could_not_be_made_may_be_tried_again()
    {
        var (stage, olga, ben) = Two();
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben));
        _ = stage.Take(ben, sent.InvitationId);
        stage.Post(new MeetingMade(sent.InvitationId, null, ErrorCodes.Internal));
        Assert.Equal(ErrorCodes.Internal, ben.Last<Error>().Code);

        _ = stage.Take(ben, sent.InvitationId);

        Assert.Equal(2, stage.Making.Count);
    }
}
