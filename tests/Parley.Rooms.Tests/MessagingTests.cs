// Relay, chat, data, reactions, hands: who gets what, and how often.
using Parley.Protocol;

namespace Parley.Rooms.Tests;

public sealed class MessagingTests
{
    private static readonly UserIdentity Ben = Stage.Account(2, "Ben");
    private static readonly UserIdentity Gus = Stage.Guest(3, "Gus");

    [Fact]
    public void Whoever_joined_later_offers_to_each_earlier_one()
    {
        var (_, owner, ben, gus) = Three();

        Assert.Empty(Assert.IsType<InitiatorRes>(owner.Send(new GetInitiator())).Targets);
        Assert.Equal([owner.Me], Assert.IsType<InitiatorRes>(ben.Send(new GetInitiator())).Targets);
        Assert.Equal([owner.Me, ben.Me], Assert.IsType<InitiatorRes>(gus.Send(new GetInitiator())).Targets);
    }

    [Fact]
    public void Offers_answers_and_candidates_reach_their_peer_alone_without_a_number()
    {
        var (_, owner, ben, gus) = Three();

        Assert.IsType<Ack>(gus.Send(new Offer(owner.Me, "o", new Dictionary<string, TrackSource>(StringComparer.Ordinal) { ["0"] = TrackSource.Mic })));
        Assert.IsType<Ack>(owner.Send(new Answer(gus.Me, "a")));
        Assert.IsType<Ack>(gus.Send(new IceCandidate(owner.Me)));

        var offer = owner.Last<OfferFrom>();
        Assert.Equal((gus.Me, owner.Me, "o", (long?)null), (offer.From, offer.To, offer.Sdp, offer.Seq));
        Assert.Equal(TrackSource.Mic, offer.Tracks!["0"]);
        Assert.Equal("a", gus.Last<AnswerFrom>().Sdp);
        Assert.True(owner.Last<IceCandidateFrom>().Candidate.IsNull);
        Assert.DoesNotContain(ben.Inbox, m => m is OfferFrom or AnswerFrom or IceCandidateFrom);
    }

    [Fact]
    public void A_peer_elsewhere_waiting_or_oneself_is_not_found()
    {
        var stage = new Stage();
        var owner = stage.Joined(Stage.Owner);
        var ben = stage.Waits(Ben);

        foreach (var to in new[] { ben.Me, owner.Me, ParticipantId.Sfu, ParticipantId.Unknown })
        {
            Assert.Equal(ErrorCodes.PeerNotFound, Code(owner.Send(new Offer(to, "o"))));
            Assert.Equal(ErrorCodes.PeerNotFound, Code(owner.Send(new ChatMessage("x", "1", to))));
            Assert.Equal(ErrorCodes.PeerNotFound, Code(owner.Send(new DataMessage(default, to))));
        }

        Assert.Equal(ErrorCodes.NotInRoom, Code(ben.Send(new Offer(owner.Me, "o"))));
        Assert.Empty(stage.Store.Chat);
    }

    [Fact]
    public void Chat_is_answered_and_told_once_and_a_repeat_is_answered_alike()
    {
        var (stage, owner, ben, gus) = Three();

        var first = Assert.IsType<ChatMessageFrom>(owner.Send(new ChatMessage("hello", "c1")));
        var again = Assert.IsType<ChatMessageFrom>(owner.Send(new ChatMessage("hello", "c1")));

        Assert.Equal(first with { Id = null }, again with { Id = null });
        Assert.Null(first.Seq);
        Assert.Equal(2, owner.All<ChatMessageFrom>().Count);
        Assert.All([ben, gus], c => Assert.NotNull(Assert.Single(c.All<ChatMessageFrom>()).Seq));
        Assert.Single(stage.Store.Chat);
    }

    [Fact]
    public void A_repeat_after_a_restart_is_the_same_message_to_the_digit()
    {
        var (stage, owner, ben, _) = Three();
        stage.Advance(TimeSpan.FromMilliseconds(1.25));
        var first = Assert.IsType<ChatMessageFrom>(owner.Send(new ChatMessage("hello", "c1")));
        stage.Restart();
        var (benBack, _) = ben.Resume();
        var (back, _) = owner.Resume();

        var again = Assert.IsType<ChatMessageFrom>(back.Send(new ChatMessage("hello", "c1")));

        Assert.Equal(first with { Id = null }, again with { Id = null });
        Assert.Empty(benBack.All<ChatMessageFrom>());
        Assert.Single(stage.Store.Chat);
    }

    [Fact]
    public void Private_chat_and_data_reach_their_reader_alone()
    {
        var (_, owner, ben, gus) = Three();

        _ = owner.Send(new ChatMessage("psst", "1", ben.Me));
        _ = owner.Send(new DataMessage(new RawJson("7"u8.ToArray()), ben.Me));

        Assert.Equal(ben.Me, Assert.Single(ben.All<ChatMessageFrom>()).To);
        Assert.Equal(ben.Me, Assert.Single(ben.All<DataMessageFrom>()).To);
        Assert.DoesNotContain(gus.Inbox, m => m is ChatMessageFrom or DataMessageFrom);
    }

    [Fact]
    public void Data_for_the_room_reaches_the_others_and_a_reaction_everybody()
    {
        var (_, owner, ben, gus) = Three();

        Assert.IsType<Ack>(owner.Send(new DataMessage(new RawJson("7"u8.ToArray()))));
        Assert.IsType<Ack>(owner.Send(new Reaction("👍")));

        Assert.All([ben, gus], c => Assert.Single(c.All<DataMessageFrom>()));
        Assert.Empty(owner.All<DataMessageFrom>());
        Assert.All([owner, ben, gus], c => Assert.Single(c.All<ReactionFrom>()));
    }

    [Fact]
    public void Hands_keep_the_order_in_which_they_went_up()
    {
        var (stage, owner, ben, gus) = Three();
        _ = ben.Send(new RaiseHand(true));
        stage.Advance(TimeSpan.FromSeconds(1));
        _ = gus.Send(new RaiseHand(true));
        stage.Advance(TimeSpan.FromSeconds(1));

        _ = ben.Send(new RaiseHand(true));

        var hands = owner.All<ParticipantUpdated>();
        Assert.Equal([ben.Me, gus.Me], hands.OrderBy(h => h.Participant.HandRaisedAt).Select(h => h.Participant.Id));
        _ = ben.Send(new RaiseHand(false));
        Assert.Null(owner.Last<ParticipantUpdated>().Participant.HandRaisedAt);
        Assert.Null(stage.Snap(ben).HandRaisedAt);
    }

    [Fact]
    public void Media_state_is_told_when_it_changes_and_only_then()
    {
        var (stage, _, ben, gus) = Three();

        Assert.IsType<Ack>(ben.Send(new UpdateMedia(Mic: true)));
        Assert.IsType<Ack>(ben.Send(new UpdateMedia(Mic: true)));
        Assert.IsType<Ack>(ben.Send(new UpdateMedia(Screen: true)));

        Assert.Equal(2, gus.All<ParticipantUpdated>().Count);
        Assert.Equal((true, false, true), (stage.Snap(ben).Mic, stage.Snap(ben).Camera, stage.Snap(ben).Screen));
    }

    [Fact]
    public void Statistics_are_taken_and_what_is_not_for_a_room_is_refused()
    {
        var (stage, owner, _, _) = Three();

        Assert.IsType<Ack>(owner.Send(new ReportStats(new RawJson("[]"u8.ToArray()))));
        Assert.Equal(ErrorCodes.BadMessage, Code(owner.Send(new Ping())));
        Assert.Contains(RoomMeasure.StatsReported, stage.Measures);
    }

    private static (Stage Stage, TestClient Owner, TestClient Ben, TestClient Gus) Three()
    {
        var stage = new Stage(lobby: false);
        return (stage, stage.Joined(Stage.Owner), stage.Joined(Ben), stage.Joined(Gus));
    }

    private static string? Code(ServerMessage? answer) => Assert.IsType<Error>(answer).Code;
}
