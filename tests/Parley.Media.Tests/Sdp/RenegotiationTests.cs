// One exchange after another: sections keep their places, end, and make room for others.
using Parley.Media.Rtp;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;

namespace Parley.Media.Tests.Sdp;

public sealed class RenegotiationTests
{
    [Fact]
    public void Chromium_stops_a_section_recycles_it_and_restarts_ICE()
    {
        var negotiation = Exchange.Negotiation(Exchange.Options with { FillsSections = true });
        var (_, first) = negotiation.Answered(Capture.Read("chromium-offer-audio-video-data"));
        var (answer, stopped) = negotiation.Answered(Capture.Read("chromium-reoffer-video-stopped"));
        Assert.Equal(0, answer.Sections[1].Port);
        Assert.Equal([SectionRejection.Stopped, SectionRejection.UnknownMedia], stopped.Rejected.Select(section => section.Reason));
        Assert.Same(first.Received[0], stopped.Received.Single());
        Assert.Same(first.Sent[0], stopped.Sent.Single());
        Assert.False(negotiation.NeedsOffer);

        var (_, recycled) = negotiation.Answered(Capture.Read("chromium-reoffer-video-recycled"));
        Assert.Equal(["0", "3"], recycled.Received.Select(track => track.Parameters.Mid));
        Assert.Same(first.Received[0], recycled.Received[0]);
        Assert.Same(first.Sent[0], recycled.Sent.Single());
        var (_, restarted) = negotiation.Answered(Capture.Read("chromium-reoffer-ice-restart"));
        Assert.True(restarted.Transport!.IceRestarted);
        Assert.Equal(recycled.Received, restarted.Received);
    }

    [Fact]
    public void A_track_of_ours_that_ends_leaves_its_place_to_another()
    {
        var (ours, peer) = Pair();
        ours.AddTrack(Exchange.Track("one"));
        ours.AddTrack(Exchange.Track("two"));
        ours.AddTrack(Exchange.Track("mic", MediaKind.Audio));
        Both(ours, peer);
        var (one, two) = (ours.Session!.Sent[0].Parameters, ours.Session.Sent[1]);

        Assert.True(ours.RemoveTrack("one"));
        Assert.False(ours.RemoveTrack("one"));
        Assert.Equal(["two", "mic"], ours.Session.Sent.Select(sent => sent.Track.Id));
        // What comes before the peer knows goes to a place of its own, and not to that of the track which is just ending.
        ours.AddTrack(Exchange.Track("three"));
        var offer = Both(ours, peer);
        Assert.True(offer.Sections[0].IsRejected);
        Assert.Equal(["1", "2", "3"], offer.Groups.Single().Mids);
        Assert.Equal(["two", "mic", "three"], ours.Session.Sent.Select(sent => sent.Track.Id));
        Assert.Same(two, ours.Session.Sent[0]);

        ours.AddTrack(Exchange.Track("horn", MediaKind.Audio));
        ours.AddTrack(Exchange.Track("four"));
        offer = Both(ours, peer);
        Assert.Equal(5, offer.Sections.Length);
        Assert.Equal("video", offer.Sections[0].Media);
        Assert.Equal("four", offer.Sections[0].Msids.Single().TrackId);
        Assert.Equal("5", offer.Sections[0].Mid);
        Assert.True(offer.Sections[0].BundleOnly);
        // A place of another kind is not taken.
        Assert.Equal("horn", offer.Sections[4].Msids.Single().TrackId);
        Assert.DoesNotContain(ours.Session.Sent, sent => sent.Parameters.Ssrc == one.Ssrc || sent.Parameters.Ssrc == one.RetransmissionSsrc);
        Assert.Equal(["5", "1", "2", "3", "4"], ours.Session.Sent.Select(sent => sent.Parameters.Mid));
        Assert.False(ours.NeedsOffer);
    }

    [Fact]
    public void A_track_of_the_same_name_is_another_track()
    {
        var (ours, peer) = Pair();
        ours.AddTrack(Exchange.Track("v"));
        Both(ours, peer);
        var ssrc = ours.Session!.Sent.Single().Parameters.Ssrc;
        ours.RemoveTrack("v");
        ours.AddTrack(Exchange.Track("v"));
        Assert.Empty(ours.Session.Sent);
        Both(ours, peer);
        Assert.NotEqual(ssrc, ours.Session.Sent.Single().Parameters.Ssrc);
        Assert.Equal("1", ours.Session.Sent.Single().Parameters.Mid);
    }

    [Fact]
    public void A_track_that_ends_while_its_offer_waits_is_stopped_by_the_next()
    {
        var (ours, peer) = Pair();
        ours.AddTrack(Exchange.Track("keep"));
        ours.AddTrack(Exchange.Track("gone"));
        var (answer, _) = peer.Answered(Plain(ours.Offered()));
        ours.RemoveTrack("gone");
        Assert.Equal(["keep"], ours.Accepted(Plain(answer)).Sent.Select(sent => sent.Track.Id));
        Assert.True(ours.NeedsOffer);
        Assert.True(Both(ours, peer).Sections[1].IsRejected);
        Assert.False(ours.NeedsOffer);
    }

    [Fact]
    public void A_track_that_ends_is_taken_back_in_an_answer_as_well()
    {
        var (ours, peer) = Pair();
        ours.AddTrack(Exchange.Track("one"));
        ours.AddTrack(Exchange.Track("two"));
        Both(ours, peer);
        ours.RemoveTrack("two");
        peer.AddTrack(Exchange.Track("theirs"));
        var (answer, session) = ours.Answered(Plain(peer.Offered()));
        Assert.True(answer.Sections[1].IsRejected);
        Assert.Equal("theirs", session.Received.Single().Msid!.TrackId);
        Assert.False(ours.NeedsOffer);
        Assert.Equal(["0"], peer.Accepted(Plain(answer)).Received.Select(track => track.Parameters.Mid));
    }

    [Fact]
    public void A_slot_that_ends_takes_its_section_along()
    {
        var (ours, peer) = Pair();
        ours.AddSlot(new IncomingSlot("cam", MediaKind.Video) { Mid = "cam" });
        peer.AddTrack(Exchange.Track("theirs"));
        Both(ours, peer);
        Assert.Equal("cam", ours.Session!.Received.Single().SlotId);
        Assert.Equal("cam", ours.Session.Received.Single().Parameters.Mid);
        Assert.True(ours.RemoveSlot("cam"));
        Assert.False(ours.RemoveSlot("cam"));
        Assert.Empty(ours.Session.Received);
        Assert.True(Both(ours, peer).Sections.Single().IsRejected);
        Assert.Empty(peer.Session!.Sent);
    }

    [Fact]
    public void A_slot_that_ends_is_taken_back_in_an_answer_as_well()
    {
        var (ours, peer) = Pair();
        ours.AddSlot(new IncomingSlot("cam", MediaKind.Video));
        ours.AddTrack(Exchange.Track("a", MediaKind.Audio));
        peer.AddTrack(Exchange.Track("theirs"));
        Both(ours, peer);
        Both(peer, ours);
        ours.RemoveSlot("cam");
        // That the peer still sends there is not a wish of its own.
        Both(peer, ours);
        Assert.Empty(ours.Session!.Received);
        Assert.Equal([SectionRejection.Stopped], ours.Session.Rejected.Select(section => section.Reason));
        Assert.Empty(peer.Tracks);
    }

    [Fact]
    public void A_section_of_ours_on_which_the_peer_sends_lives_for_as_long_as_it_does()
    {
        static SessionDescription From(string direction) => Exchange.Offer(Exchange.Video("0", direction));
        var negotiation = Exchange.Negotiation();
        negotiation.AddTrack(Exchange.Track("v"));
        negotiation.CreateOffer();
        negotiation.Accepted(Exchange.Offer(Exchange.Video("0", "recvonly"), transport: Exchange.PeerTransport.Replace("actpass", "active", StringComparison.Ordinal)));

        var (answer, session) = negotiation.Answered(From("sendrecv"));
        Assert.Equal(MediaDirection.SendReceive, answer.Sections[0].Direction);
        Assert.Null(session.Received.Single().SlotId);
        negotiation.RemoveTrack("v");
        (answer, session) = negotiation.Answered(From("sendrecv"));
        Assert.Equal(MediaDirection.ReceiveOnly, answer.Sections[0].Direction);
        Assert.Single(session.Received);
        (answer, session) = negotiation.Answered(From("recvonly"));
        Assert.True(answer.Sections[0].IsRejected);
        Assert.Empty(session.Received);
    }

    [Fact]
    public void A_peer_that_wants_nothing_for_a_while_gets_the_same_track_again()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddTrack(Exchange.Track("v"));
        var (_, session) = negotiation.Answered(Exchange.Offer(Exchange.Video("0", "recvonly")));
        var sent = session.Sent.Single();
        Assert.True(sent.IsActive);
        var (answer, paused) = negotiation.Answered(Exchange.Offer(Exchange.Video("0", "inactive")));
        Assert.Equal(MediaDirection.Inactive, answer.Sections[0].Direction);
        Assert.Empty(answer.Sections[0].Msids);
        Assert.False(paused.Sent.Single().IsActive);
        Assert.Equal(sent.Parameters.Ssrc, paused.Sent.Single().Parameters.Ssrc);
        var (again, resumed) = negotiation.Answered(Exchange.Offer(Exchange.Video("0", "recvonly")));
        Assert.True(resumed.Sent.Single().IsActive);
        Assert.Equal(sent.Parameters.Ssrc, again.Sections[0].Sources[0].Ssrc);
        Assert.Equal(new StreamIdentification("s", "v"), again.Sections[0].Msids.Single());
    }

    [Fact]
    public void A_peer_that_pauses_its_track_is_received_again()
    {
        var negotiation = Exchange.Negotiation();
        var (_, first) = negotiation.Answered(Exchange.Offer(Exchange.Video("0", "sendonly")));
        var (_, paused) = negotiation.Answered(Exchange.Offer(Exchange.Video("0", "inactive")));
        Assert.Empty(paused.Received);
        var (_, resumed) = negotiation.Answered(Exchange.Offer(Exchange.Video("0", "sendonly")));
        Assert.Equal(first.Received.Single().Parameters.Codecs.Single().PayloadType, resumed.Received.Single().Parameters.Codecs.Single().PayloadType);
    }

    public static TheoryData<string> BadOffers =>
    [
        Exchange.Audio(),
        $"{Exchange.Video("1")}\n{Exchange.Audio("0")}",
        $"{Exchange.Audio("0")}\n{Exchange.Video("2")}",
        $"{Exchange.Video("0")}\n{Exchange.Video("1")}",
    ];

    [Theory]
    [MemberData(nameof(BadOffers))]
    public void Sections_that_leave_their_places_are_refused(string sections)
    {
        var negotiation = Exchange.Negotiation();
        var (_, before) = negotiation.Answered(Exchange.Offer($"{Exchange.Audio("0")}\n{Exchange.Video("1")}"));
        Assert.Equal(NegotiationErrorCode.SectionsChanged, negotiation.RefusedOffer(Exchange.Offer(sections, "a=group:BUNDLE 0 1 2")));
        Assert.Same(before, negotiation.Session);
    }

    [Fact]
    public void A_section_that_we_rejected_may_be_offered_again_as_anything()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.Answered(Exchange.Offer($"{Exchange.Audio("0")}\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=mid:1"));
        var (_, session) = negotiation.Answered(Exchange.Offer($"{Exchange.Audio("0")}\n{Exchange.Video("1")}"));
        Assert.Equal(["0", "1"], session.Received.Select(track => track.Parameters.Mid));
    }

    [Fact]
    public void The_place_of_a_data_channel_is_not_ours_to_take()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.Answered(Exchange.Offer($"{Exchange.Audio("0")}\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=mid:1"));
        negotiation.AddTrack(Exchange.Track("v", mid: "1"));
        var offer = negotiation.Offered();
        Assert.Equal(["audio", "application", "video"], offer.Sections.Select(section => section.Media));
        Assert.Equal(["webrtc-datachannel"], offer.Sections[1].Formats);
        Assert.Equal(["0", "1", "2"], offer.Sections.Select(section => section.Mid));
    }

    [Fact]
    public void Established_sections_keep_the_address_and_the_first_of_them_the_transport()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.Answered(Exchange.Offer($"{Exchange.Audio("0")}\n{Exchange.Video("1")}", "a=group:BUNDLE 1 0"));
        negotiation.AddTrack(Exchange.Track("v"));
        var offer = negotiation.Offered();
        Assert.Equal(["1", "0", "2"], offer.Groups.Single().Mids);
        Assert.Equal([7882, 7882, 0], offer.Sections.Select(section => section.Port));
        Assert.Equal([false, false, true], offer.Sections.Select(section => section.BundleOnly));
        Assert.Equal(Exchange.Options.Candidates, offer.Sections[1].Candidates);
        Assert.Empty(offer.Sections[0].Candidates);
        Assert.Equal(MediaDirection.ReceiveOnly, offer.Sections[0].Direction);
    }

    [Fact]
    public void When_every_place_is_taken_a_track_waits()
    {
        var (ours, peer) = Pair();
        for (var i = 0; i <= SdpLimits.MaxSections; i++)
            ours.AddTrack(Exchange.Track($"t{i}", MediaKind.Audio));
        Assert.Equal(SdpLimits.MaxSections, Both(ours, peer).Sections.Length);
        Assert.False(ours.NeedsOffer);
        ours.RemoveTrack("t5");
        Both(ours, peer);
        Assert.True(ours.NeedsOffer);
        Both(ours, peer);
        Assert.Equal($"t{SdpLimits.MaxSections}", ours.Session!.Sent[5].Track.Id);
        Assert.False(ours.NeedsOffer);
    }

    internal static (PeerNegotiation Ours, PeerNegotiation Peer) Pair() => (Exchange.Negotiation(), Exchange.Negotiation(seed: 2));

    /// <summary>The description of a peer that makes its own checks.</summary>
    internal static SessionDescription Plain(SessionDescription description) => description with { IceLite = false };

    private static SessionDescription Both(PeerNegotiation ours, PeerNegotiation peer)
    {
        var offer = ours.Offered();
        var (answer, _) = peer.Answered(Plain(offer));
        ours.Accepted(Plain(answer));
        return offer;
    }
}
