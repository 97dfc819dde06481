// Ringing: who hears what, how it ends, and what is found in the history.
using Parley.Protocol;

namespace Parley.Rooms.Tests;

public sealed class InvitationTests
{
    private static readonly UserIdentity Ben = Stage.Account(2, "Ben");
    private static readonly UserIdentity Eve = Stage.Account(4, "Eve");
    private static readonly MeetingSettings Room = CallStage.Meeting("kkkllllmmm");

    [Fact]
    public void Every_tab_rings()
    {
        var (stage, olga, ben) = Two();
        var second = stage.Open(Ben);

        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben));

        Assert.Null(sent.Code);
        var incoming = ben.Last<IncomingInvitation>();
        Assert.Equal(incoming, second.Last<IncomingInvitation>());
        Assert.Equal((sent.InvitationId, new PersonView(Stage.Owner.Id, "Olga"), stage.Now.AddSeconds(45)), (incoming.InvitationId, incoming.From, incoming.ExpiresAt));
        Assert.Equal(sent.InvitationId, stage.Open(Ben).Last<IncomingInvitation>().InvitationId);
    }

    [Fact]
    public void Guests_do_not_ring_and_nobody_rings_themselves()
    {
        var (stage, olga, _) = Two();
        var guest = stage.Open(Stage.Guest(9, "Gus"));

        Assert.Equal(ErrorCodes.Forbidden, Code(stage.Ring(guest, Ben)));
        Assert.Equal(ErrorCodes.Forbidden, Code(stage.Ring(olga, Stage.Owner)));
    }

    [Fact]
    public void Somebody_offline_finds_one_missed_call_however_often_the_ring_is_repeated()
    {
        var (stage, olga, _) = Two();

        Assert.Equal(ErrorCodes.UserOffline, Code(stage.Ring(olga, Eve, "r1")));
        Assert.Equal(ErrorCodes.UserOffline, Code(stage.Ring(olga, Eve, "r1")));

        var row = Assert.Single(stage.Unanswered);
        Assert.Equal((Eve.Id, CallOutcome.Missed, "Olga"), (row.User, row.Outcome, row.From.Name));
    }

    [Fact]
    public void A_repeated_ring_is_the_same_ring()
    {
        var (stage, olga, ben) = Two();

        var first = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, "r1"));
        var again = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, "r1"));
        var another = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, "r2"));

        Assert.Equal([first.InvitationId, first.InvitationId], new[] { again.InvitationId, another.InvitationId });
        Assert.Single(ben.Inbox.OfType<IncomingInvitation>());
    }

    [Fact]
    public void A_call_into_a_room_is_taken_into_it_with_the_inviters_pass()
    {
        var (stage, olga, ben) = Two();
        var second = stage.Open(Ben);
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, room: Room, pass: EntryPass.Lobby));
        Assert.Equal(Room.Code, sent.Code);

        _ = stage.Take(ben, sent.InvitationId);
        _ = stage.Take(ben, sent.InvitationId);

        Assert.Equal(2, stage.Entries.Count);
        Assert.Single(stage.Entries.Select(e => (e.Connection, e.Pass, e.Reply, e.Request.ClientId)).Distinct());
        Assert.Equal((ben.Connection, EntryPass.Lobby, EntryReply.Invitation), (stage.Entries[0].Connection, stage.Entries[0].Pass, stage.Entries[0].Reply));
        Assert.Equal(Room.Code, olga.Last<InvitationAccepted>().Code);
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
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, room: Room, pass: EntryPass.LobbyAndLock));
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
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, room: Room, pass: EntryPass.Lobby));
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
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, room: Room));
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
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, room: Room));
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
        var intoRoom = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, room: Room));
        var other = CallStage.Meeting("ooopppprrr");

        Assert.Equal(ErrorCodes.AlreadyInRoom, Code(stage.Take(ben, intoRoom.InvitationId, other)));
        var fresh = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben));
        Assert.Equal(ErrorCodes.AlreadyInRoom, Code(stage.Take(ben, fresh.InvitationId, other)));
        Assert.Empty(stage.Entries);
        Assert.Empty(stage.Making);

        _ = stage.Take(ben, intoRoom.InvitationId, Room);
        Assert.Single(stage.Entries);
    }

    [Fact]
    public void Who_takes_a_call_and_is_gone_before_its_room_is_made_finds_the_inviter_there_later()
    {
        var (stage, olga, ben) = Two();
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben));
        _ = stage.Take(ben, sent.InvitationId);
        stage.Shut(ben);
        stage.Post(new MeetingMade(sent.InvitationId, Room));
        Assert.Empty(stage.Entries);

        var back = stage.Open(Ben);
        _ = stage.Take(back, sent.InvitationId);
        stage.Post(new MeetingMade(sent.InvitationId, Room));

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
        stage.Post(new MeetingMade(sent.InvitationId, Room));

        Assert.Equal([EntryReply.RoomCreated, EntryReply.Invitation], stage.Entries.Select(e => e.Reply));
        Assert.Equal([olga.Connection, ben.Connection], stage.Entries.Select(e => e.Connection));
        Assert.Equal(Room.Code, olga.Last<InvitationAccepted>().Code);
        Assert.Equal((InvitationState.Accepted, Room.Code), (stage.Stored[sent.InvitationId].State, stage.Stored[sent.InvitationId].Code));
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
        stage.Post(new MeetingMade(sent.InvitationId, Room));
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

    [Fact]
    public void A_declined_call_stops_everywhere_and_is_in_the_history()
    {
        var (stage, olga, ben) = Two();
        var second = stage.Open(Ben);
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben));

        Assert.IsType<Ack>(stage.Refuse(ben, sent.InvitationId));
        Assert.IsType<Ack>(stage.Refuse(ben, sent.InvitationId));

        Assert.Single(olga.Inbox.OfType<InvitationDeclined>());
        Assert.Single(second.Inbox.OfType<InvitationDeclined>());
        Assert.Empty(ben.Inbox.OfType<InvitationDeclined>());
        Assert.Equal(CallOutcome.Declined, Assert.Single(stage.Unanswered).Outcome);
        Assert.Equal(ErrorCodes.InvitationNotFound, Code(stage.Take(second, sent.InvitationId)));
    }

    [Fact]
    public void A_cancelled_call_stops_everywhere_and_is_a_missed_one()
    {
        var (stage, olga, ben) = Two();
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben));

        Assert.IsType<Ack>(stage.Stop(olga, sent.InvitationId));
        Assert.IsType<Ack>(stage.Stop(olga, sent.InvitationId));

        Assert.Single(ben.Inbox.OfType<InvitationCancelled>());
        Assert.Empty(olga.Inbox.OfType<InvitationCancelled>());
        Assert.Equal(CallOutcome.Missed, Assert.Single(stage.Unanswered).Outcome);
    }

    [Fact]
    public void An_unanswered_call_is_missed_on_both_sides_after_its_time()
    {
        var (stage, olga, ben) = Two();
        _ = stage.Ring(olga, Ben);
        stage.Advance(TimeSpan.FromSeconds(44.9));
        Assert.Empty(ben.Inbox.OfType<InvitationMissed>());

        stage.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Single(ben.Inbox.OfType<InvitationMissed>());
        Assert.Single(olga.Inbox.OfType<InvitationMissed>());
        Assert.Single(stage.Unanswered);
        stage.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0, stage.Book.Count);
    }

    [Fact]
    public void An_inviter_who_was_away_when_it_ended_learns_it_by_repeating_the_ring()
    {
        var (stage, olga, ben) = Two();
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, "r1"));
        stage.Shut(olga);
        _ = stage.Refuse(ben, sent.InvitationId);
        var back = stage.Open(Stage.Owner);

        Assert.IsType<InvitationSent>(stage.Ring(back, Ben, "r1"));

        Assert.Single(back.Inbox.OfType<InvitationDeclined>());
    }

    [Fact]
    public void Other_peoples_calls_cannot_be_touched()
    {
        var (stage, olga, _) = Two();
        var eve = stage.Open(Eve);
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben));

        Assert.Equal(ErrorCodes.InvitationNotFound, Code(stage.Take(eve, sent.InvitationId)));
        Assert.Equal(ErrorCodes.InvitationNotFound, Code(stage.Refuse(eve, sent.InvitationId)));
        Assert.Equal(ErrorCodes.InvitationNotFound, Code(stage.Stop(eve, sent.InvitationId)));
        Assert.Equal(ErrorCodes.InvitationNotFound, Code(stage.Take(eve, default)));
    }

    [Fact]
    public void One_user_rings_only_so_many()
    {
        var (stage, olga, _) = Two();
        for (var i = 0; i < stage.Options.RingsPerMinute; i++)
            Assert.IsNotType<Error>(Ended(stage, olga, i));

        Assert.True(Assert.IsType<Error>(stage.Ring(olga, Ben, "last")) is { Code: ErrorCodes.RateLimited, RetryAfter: > 0 and <= 60 });
        stage.Advance(TimeSpan.FromSeconds(61));
        Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, "last"));
    }

    [Fact]
    public void What_rings_goes_on_ringing_after_a_restart_and_ends_in_time()
    {
        var (stage, olga, _) = Two();
        var sent = Assert.IsType<InvitationSent>(stage.Ring(olga, Ben, "r1"));
        stage.Advance(TimeSpan.FromSeconds(20));
        stage.Restart();

        var ben = stage.Open(Ben);
        Assert.Equal(sent.InvitationId, ben.Last<IncomingInvitation>().InvitationId);
        var back = stage.Open(Stage.Owner);
        Assert.Equal(sent.InvitationId, Assert.IsType<InvitationSent>(stage.Ring(back, Ben, "r1")).InvitationId);
        stage.Advance(TimeSpan.FromSeconds(25));

        Assert.Single(ben.Inbox.OfType<InvitationMissed>());
        Assert.Single(stage.Unanswered);
    }

    [Fact]
    public void Nothing_is_answered_before_it_is_stored_or_waited_for_long_enough()
    {
        var (stage, olga, ben) = Two();
        stage.HoldStores = true;

        Assert.Null(stage.Ring(olga, Ben, "r1"));
        Assert.Empty(ben.Inbox);
        stage.Settle();
        Assert.Single(ben.Inbox);
        Assert.Null(stage.Stop(olga, ben.Last<IncomingInvitation>().InvitationId));
        stage.Advance(TimeSpan.FromSeconds(2));

        Assert.Single(ben.Inbox.OfType<InvitationCancelled>());
    }

    private static ServerMessage? Ended(CallStage stage, Tab olga, int number)
    {
        var answer = stage.Ring(olga, Ben, $"r{number}");
        if (answer is InvitationSent sent)
            _ = stage.Stop(olga, sent.InvitationId);
        return answer;
    }

    private static (CallStage Stage, Tab Olga, Tab Ben) Two()
    {
        var stage = new CallStage();
        return (stage, stage.Open(Stage.Owner), stage.Open(Ben));
    }

    private static string? Code(ServerMessage? answer) => Assert.IsType<Error>(answer).Code;
}
