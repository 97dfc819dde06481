// Which track of ours goes on which section that the peer offers.
using Parley.Media.Engine;
using Parley.Media.Rtp;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;

namespace Parley.Media.Tests.Sdp;

public sealed class TrackPlacementTests
{
    private static readonly string ThreeReceivers =
        $"{Exchange.Audio("0", "recvonly")}\n{Exchange.Video("1", "recvonly")}\n{Exchange.Video("2", "sendrecv")}\n{Exchange.Video("3", "sendonly")}";

    [Fact]
    public void Tracks_take_the_sections_of_their_kind_in_order()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddTrack(Exchange.Track("a", MediaKind.Audio));
        negotiation.AddTrack(Exchange.Track("v"));
        negotiation.AddTrack(Exchange.Track("w"));
        negotiation.AddTrack(Exchange.Track("x"));
        var (answer, session) = negotiation.Answered(Exchange.Offer(ThreeReceivers, "a=group:BUNDLE 0 1 2 3"));
        Assert.Equal([("a", "0"), ("v", "1"), ("w", "2")], session.Sent.Select(sent => (sent.Track.Id, sent.Parameters.Mid)));
        Assert.Equal([MediaDirection.SendOnly, MediaDirection.SendOnly, MediaDirection.SendReceive, MediaDirection.ReceiveOnly], answer.Sections.Select(section => section.Direction));
        Assert.Equal(["2", "3"], session.Received.Select(track => track.Parameters.Mid));
        // For the last one there was none: it needs an offer of ours.
        Assert.True(negotiation.NeedsOffer);
        Assert.Equal("x", negotiation.Offered().Sections[4].Msids.Single().TrackId);
        var ssrcs = session.Sent.SelectMany(sent => new[] { sent.Parameters.Ssrc, sent.Parameters.RetransmissionSsrc ?? 0 }).Where(ssrc => ssrc != 0).ToList();
        Assert.Equal(5, ssrcs.Distinct().Count());
    }

    [Fact]
    public void A_track_that_wishes_for_a_section_gets_it()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddTrack(Exchange.Track("any"));
        negotiation.AddTrack(Exchange.Track("first", mid: "1"));
        negotiation.AddTrack(Exchange.Track("own", mid: "mine"));
        var (_, session) = negotiation.Answered(Exchange.Offer(ThreeReceivers, "a=group:BUNDLE 0 1 2 3"));
        Assert.Equal([("first", "1"), ("any", "2")], session.Sent.Select(sent => (sent.Track.Id, sent.Parameters.Mid)));
        Assert.Equal("mine", negotiation.Offered().Sections[4].Mid);
    }

    [Fact]
    public void A_section_for_which_there_is_no_track_is_inactive()
    {
        var (answer, session) = Exchange.Negotiation().Answered(Exchange.Offer(ThreeReceivers, "a=group:BUNDLE 0 1 2 3"));
        Assert.Equal([MediaDirection.Inactive, MediaDirection.Inactive, MediaDirection.ReceiveOnly, MediaDirection.ReceiveOnly], answer.Sections.Select(section => section.Direction));
        Assert.Empty(session.Sent);
        Assert.All(answer.Sections, section => Assert.False(section.IsRejected));
    }

    [Fact]
    public void Sections_are_filled_with_tracks_that_play_in_step_by_rank()
    {
        var negotiation = Exchange.Negotiation(Exchange.Options with { FillsSections = true, Receives = false });
        negotiation.AddTrack(Exchange.Track("slot-0", MediaKind.Audio));
        var offer = Exchange.Offer(
            $"{Exchange.Video("0", "recvonly")}\n{Exchange.Video("1", "recvonly")}\n{Exchange.Audio("2", "recvonly")}\n{Exchange.Audio("3", "recvonly")}", "a=group:BUNDLE 0 1 2 3");
        var (answer, session) = negotiation.Answered(offer);
        Assert.Equal(["stream-0", "stream-1", "s", "stream-1"], answer.Sections.Select(section => section.Msids.Single().StreamId));
        Assert.Equal(4, session.Sent.Select(sent => sent.Track.Id).Distinct().Count());
        var (_, again) = negotiation.Answered(offer);
        Assert.Equal(session.Sent, again.Sent);
        Assert.False(negotiation.NeedsOffer);
    }

    [Fact]
    public void Who_receives_nothing_says_so()
    {
        var (answer, session) = Exchange.Negotiation(Exchange.Options with { Receives = false }).Answered(Exchange.Offer(ThreeReceivers, "a=group:BUNDLE 0 1 2 3"));
        Assert.Empty(session.Received);
        Assert.All(answer.Sections, section => Assert.Equal(MediaDirection.Inactive, section.Direction));
        Assert.NotNull(session.Transport);
    }

    [Fact]
    public void A_track_ends_with_the_section_that_the_peer_stops()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddTrack(Exchange.Track("v"));
        negotiation.Answered(Exchange.Offer($"{Exchange.Audio("0")}\n{Exchange.Video("1")}"));
        var (_, session) = negotiation.Answered(Exchange.Offer($"{Exchange.Audio("0")}\n{Exchange.Video("1").Replace("video 9", "video 0", StringComparison.Ordinal)}"));
        Assert.Empty(session.Sent);
        Assert.Empty(negotiation.Tracks);
        Assert.False(negotiation.NeedsOffer);
    }

    [Fact]
    public void Sources_differ_even_when_chance_repeats_itself()
    {
        var negotiation = new PeerNegotiation(Exchange.Options with { FillsSections = true }, new RepetitiveRandom());
        var (_, session) = negotiation.Answered(Exchange.Offer(ThreeReceivers, "a=group:BUNDLE 0 1 2 3"));
        var ssrcs = session.Sent.SelectMany(sent => new[] { sent.Parameters.Ssrc, sent.Parameters.RetransmissionSsrc ?? sent.Parameters.Ssrc }).Distinct().ToList();
        Assert.Equal(5, ssrcs.Count);
        Assert.DoesNotContain(0u, ssrcs);
    }

    [Fact]
    public void Two_peers_are_told_different_numbers_and_names()
    {
        var offer = Exchange.Offer(Exchange.Video("0", "recvonly"));
        var options = Exchange.Options with { FillsSections = true };
        var (one, first) = Exchange.Negotiation(options, seed: 1).Answered(offer);
        var (two, second) = Exchange.Negotiation(options, seed: 2).Answered(offer);
        Assert.NotEqual(one.Origin.SessionId, two.Origin.SessionId);
        Assert.InRange(one.Origin.SessionId, 1UL, (ulong)long.MaxValue);
        Assert.NotEqual(first.Transport!.Local, second.Transport!.Local);
        Assert.NotEqual(first.Sent[0].Parameters.Ssrc, second.Sent[0].Parameters.Ssrc);
        Assert.NotEqual(first.Sent[0].Parameters.Cname, second.Sent[0].Parameters.Cname);
    }

    /// <summary>Gives every value three times, and 0 at first.</summary>
    private sealed class RepetitiveRandom : IMediaRandom
    {
        private int _calls;

        public void Fill(Span<byte> bytes) => bytes.Fill((byte)(_calls++ / 3));
    }
}
