// Nothing durable is told before it is stored, and a call goes on without its database.
using Parley.Protocol;

namespace Parley.Rooms.Tests;

public sealed class OutputGateTests
{
    private static readonly UserIdentity Ben = Stage.Account(2, "Ben");

    [Fact]
    public void Whoever_hears_of_a_change_finds_it_in_the_public_face_also_without_the_database()
    {
        var stage = new Stage(lobby: false);
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Joined(Ben);
        stage.Mode = CommitMode.Failing;
        Assert.IsType<Ack>(owner.Send(new RaiseHand(true)));
        List<(bool Told, bool Found)> locks = [];
        ben.Heard = message =>
        {
            if (message is RoomUpdated updated)
                locks.Add((updated.Room.Locked, stage.Room.Digest.Locked));
        };

        Assert.IsType<Ack>(owner.Send(new LockRoom(true)));
        Assert.IsType<Ack>(owner.Send(new LockRoom(false)));

        Assert.Equal([(true, true), (false, false)], locks);
    }

    [Fact]
    public void What_is_durable_is_told_only_when_it_is_stored()
    {
        var (stage, owner, ben) = Two();
        stage.Mode = CommitMode.Held;

        Assert.Null(owner.Send(new ChatMessage("hi", "1")));
        Assert.Empty(ben.All<ChatMessageFrom>());
        stage.Settle(true);

        Assert.Single(owner.All<ChatMessageFrom>());
        Assert.Single(ben.All<ChatMessageFrom>());
    }

    [Fact]
    public void One_commit_is_under_way_and_what_comes_meanwhile_goes_together_into_the_next()
    {
        var (stage, owner, ben) = Two();
        stage.Mode = CommitMode.Held;
        for (var i = 0; i < 10; i++)
            _ = owner.Send(new ChatMessage($"{i}", $"{i}"));

        Assert.Single(stage.Pending!.Chat);
        stage.Settle(true);
        Assert.Equal(9, stage.Pending!.Chat.Count);
        Assert.Single(ben.All<ChatMessageFrom>());
        stage.Settle(true);

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), ben.All<ChatMessageFrom>().Select(c => c.Text));
        Assert.Null(stage.Pending);
    }

    [Fact]
    public void Later_events_queue_behind_held_ones_and_relays_pass_them()
    {
        var (stage, owner, ben) = Two();
        stage.Mode = CommitMode.Held;
        _ = owner.Send(new ChatMessage("hi", "1"));

        Assert.Null(owner.Send(new Reaction("👍")));
        Assert.IsType<Ack>(owner.Send(new Offer(ben.Me, "o")));
        Assert.Single(ben.All<OfferFrom>());
        Assert.Empty(ben.All<ReactionFrom>());
        stage.Settle(true);

        var seqs = ben.Inbox.Where(m => m.Seq is not null).Select(m => m.Seq!.Value).ToList();
        Assert.Equal(seqs.Order(), seqs);
        Assert.Single(ben.All<ReactionFrom>());
    }

    [Fact]
    public void A_failed_commit_refuses_its_chat_and_lets_everything_else_out()
    {
        var (stage, owner, ben) = Two();
        stage.Mode = CommitMode.Held;
        _ = owner.Send(new UpdateMedia(Mic: true));
        _ = owner.Send(new ChatMessage("hi", "1"));
        _ = owner.Send(new RaiseHand(true));
        stage.Settle(true);

        stage.Settle(false);

        Assert.Equal(ErrorCodes.Internal, Assert.Single(owner.All<Error>()).Code);
        Assert.Empty(ben.All<ChatMessageFrom>());
        Assert.Equal(2, ben.All<ParticipantUpdated>().Count);
        Assert.Empty(stage.Store.Chat);
        stage.Mode = CommitMode.AtOnce;
        stage.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(stage.Store.Snapshot!.Participants[0].HandRaisedAt);
        Assert.IsType<ChatMessageFrom>(owner.Send(new ChatMessage("hi", "1")));
        Assert.Single(ben.All<ChatMessageFrom>());
    }

    [Fact]
    public void A_late_commit_is_not_waited_for_and_its_chat_is_told_when_it_is_sent_again()
    {
        var (stage, owner, ben) = Two();
        stage.Mode = CommitMode.Held;
        _ = owner.Send(new ChatMessage("hi", "1"));
        _ = owner.Send(new RaiseHand(true));

        stage.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(ErrorCodes.Internal, Assert.Single(owner.All<Error>()).Code);
        Assert.Single(ben.All<ParticipantUpdated>());
        Assert.IsType<Ack>(owner.Send(new UpdateMedia(Mic: true)));
        stage.Mode = CommitMode.AtOnce;
        stage.Settle(true);
        stage.Settle(true);
        Assert.Single(stage.Store.Chat);
        Assert.Empty(ben.All<ChatMessageFrom>());

        Assert.IsType<ChatMessageFrom>(owner.Send(new ChatMessage("hi", "1")));
        _ = owner.Send(new ChatMessage("hi", "1"));

        Assert.Equal(stage.Store.Chat[0].Id, Assert.Single(ben.All<ChatMessageFrom>()).MessageId);
        Assert.Single(stage.Store.Chat);
    }

    [Fact]
    public void A_message_that_only_the_store_knows_is_answered_with_its_row_and_not_told_again()
    {
        var (stage, owner, ben) = Two();
        var stored = new ChatRecord(
            new MessageId(Guid.Parse("0195e2a0-0000-7000-8000-00000000000f")), stage.Meeting.Id, 1, owner.Me, owner.User.Id, "Olga", "old", "1", Stage.Start, null, null, null);
        stage.Store.Chat.Add(stored);

        var answer = Assert.IsType<ChatMessageFrom>(owner.Send(new ChatMessage("new", "1")));

        Assert.Equal(("old", stored.Id), (answer.Text, answer.MessageId));
        Assert.Empty(ben.All<ChatMessageFrom>());
    }

    [Fact]
    public void A_process_that_dies_after_the_commit_and_before_the_answer_loses_and_doubles_nothing()
    {
        var (stage, owner, ben) = Two();
        stage.Mode = CommitMode.Held;
        _ = owner.Send(new ChatMessage("hi", "1"));
        _ = stage.StoreUnheard();
        stage.Mode = CommitMode.AtOnce;

        stage.Restart();

        var bens = Assert.IsType<RoomResumed>(ben.Resume().Answer);
        var (back, _) = owner.Resume();
        Assert.IsType<ChatMessageFrom>(back.Send(new ChatMessage("hi", "1")));
        Assert.Single(bens.Missed);
        Assert.Single(stage.Store.Chat);
    }

    [Fact]
    public void A_held_event_for_a_lost_socket_comes_once_by_resume()
    {
        var (stage, owner, ben) = Two();
        stage.Mode = CommitMode.Held;
        _ = owner.Send(new ChatMessage("hi", "1"));
        ben.Drop();
        var (back, _) = ben.Resume();
        while (stage.Pending is not null)
            stage.Settle(true);

        Assert.Single(back.Last<RoomResumed>().Missed);
        Assert.Empty(back.All<ChatMessageFrom>());
        Assert.IsType<RoomResumed>(back.Inbox[0]);
    }

    [Fact]
    public void Without_a_database_a_call_goes_on_and_chat_is_refused()
    {
        var (stage, owner, ben) = Two();
        stage.Mode = CommitMode.Failing;

        Assert.IsType<Ack>(owner.Send(new RaiseHand(true)));
        Assert.Null(owner.Send(new ChatMessage("hi", "1")));
        stage.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(ErrorCodes.Internal, owner.Last<Error>().Code);
        Assert.Single(ben.All<ParticipantUpdated>());
        var third = stage.Connect(Stage.Account(3, "Gus"));
        Assert.IsType<JoinedRoom>(third.Join("g"));
        stage.Mode = CommitMode.AtOnce;
        stage.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(3, stage.Store.Snapshot!.Participants.Count);
        Assert.Equal(3, stage.Store.Stays.Count);
    }

    [Fact]
    public void A_room_that_ended_waits_for_its_last_commit()
    {
        var (stage, owner, _) = Two();
        stage.Mode = CommitMode.Failing;
        _ = owner.Send(new EndRoom());
        Assert.False(stage.Over);

        stage.Mode = CommitMode.AtOnce;
        stage.Advance(TimeSpan.FromSeconds(10));

        Assert.True(stage.Over);
        Assert.Equal(MeetingState.Ended, stage.Store.Status?.State);
    }

    [Fact]
    public void No_number_goes_out_that_is_not_reserved_durably()
    {
        var options = new RoomOptions { SeqBlock = 8 };
        var stage = new Stage(lobby: false, options: options);
        var owner = stage.Joined(Stage.Owner);
        for (var i = 0; i < 100; i++)
        {
            _ = owner.Send(new Reaction("👍"));
            Assert.True(owner.LastSeq <= stage.Store.Snapshot!.SeqReserved);
        }

        Assert.Equal(100, owner.All<ReactionFrom>().Count);
    }

    [Fact]
    public void A_long_outage_and_a_crash_let_no_number_fall()
    {
        var (stage, owner, ben) = Two();
        stage.Mode = CommitMode.Failing;
        for (var i = 0; i < 3_000; i++)
            _ = owner.Send(new Reaction("👍"));
        stage.Advance(TimeSpan.FromSeconds(5));

        Assert.True(ben.LastSeq > 3_000);
        Assert.True(ben.LastSeq <= stage.Store.Snapshot!.SeqReserved);
    }

    private static (Stage Stage, TestClient Owner, TestClient Ben) Two()
    {
        var stage = new Stage(lobby: false);
        return (stage, stage.Joined(Stage.Owner), stage.Joined(Ben));
    }
}
