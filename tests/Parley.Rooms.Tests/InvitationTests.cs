// Ringing: who hears what, how a call that nobody takes ends, and what is found in the history.
using Parley.Protocol;
using static Parley.Rooms.Tests.CallScene;

namespace Parley.Rooms.Tests;

public sealed class InvitationTests
{
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
}
