// Answers of peers that we did not write to an offer of ours: two tracks to them, two slots for theirs.
using Parley.Media.Dtls;
using Parley.Media.Rtp;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;

namespace Parley.Media.Tests.Sdp;

public sealed class AcceptingAnswersTests
{
    [Fact]
    public void The_offer_is_by_the_book()
    {
        var negotiation = Offering();
        var offer = negotiation.Offered();
        Assert.True(offer.IceLite && offer.MixedExtensions);
        Assert.Equal(["0", "1", "2", "3"], offer.Groups.Single().Mids);
        Assert.Equal(["audio", "video", "video", "audio"], offer.Sections.Select(section => section.Media));
        Assert.Equal([MediaDirection.SendOnly, MediaDirection.SendOnly, MediaDirection.ReceiveOnly, MediaDirection.ReceiveOnly], offer.Sections.Select(section => section.Direction));
        // Who does not bundle takes the first section and rejects the others, which have no address.
        Assert.Equal([7882, 0, 0, 0], offer.Sections.Select(section => section.Port));
        Assert.Equal([false, true, true, true], offer.Sections.Select(section => section.BundleOnly));
        Assert.Equal([true, false, false, false], offer.Sections.Select(section => section.RtcpMuxOnly));
        Assert.Equal(new ConnectionAddress("IP4", "198.51.100.1"), offer.Sections[0].Connection);
        Assert.Equal(Exchange.Options.Candidates, offer.Sections[0].Candidates);
        Assert.All(offer.Sections.Skip(1), section => Assert.Empty(section.Candidates));
        Assert.All(offer.Sections, section => Assert.Equal((DtlsSetup.ActivePassive, negotiation.LocalIce.Ufrag), (section.Transport.Setup, section.Transport.Ufrag)));
        Assert.All(offer.Sections, section => Assert.True(section.RtcpMux && section.ReducedSizeRtcp));
        Assert.Equal([new StreamIdentification("s", "a"), new StreamIdentification("s", "v")], offer.Sections.Take(2).Select(section => section.Msids.Single()));
        Assert.Contains("a=simulcast:recv q;h;f\r\n", offer.ToString(), StringComparison.Ordinal);
        // A number means the same in every section.
        var numbers = offer.Sections.SelectMany(section => section.Payloads).Select(codec => (codec.PayloadType, codec.Name, codec.Format)).Distinct().ToList();
        Assert.Equal(numbers.Count, numbers.Select(number => number.PayloadType).Distinct().Count());
        Assert.Equal("96/96", offer.Sections[0].Payloads.Single(codec => codec.Is("red")).Format);
        Assert.All(numbers, number => Assert.True(number.PayloadType is >= 96 or (>= 35 and <= 63)));
        Assert.Equal(new[] { "VP8", "rtx", "VP9", "rtx" }, offer.Sections[1].Payloads.Take(4).Select(codec => codec.Name));
    }

    [Fact]
    public void Chromium_takes_all_and_sends_three_layers()
    {
        var session = Offering().Answering("chromium-answer-to-our-offer");
        Assert.Equal(["a", "v"], session.Sent.Select(sent => sent.Track.Id));
        Assert.All(session.Sent, sent => Assert.True(sent.IsActive));
        Assert.Equal([("2", "cam"), ("3", "mic")], session.Received.Select(track => (track.Parameters.Mid, track.SlotId!)));
        Assert.Equal(["q", "h", "f"], session.Received[0].Parameters.Rids);
        Assert.Equal(DtlsRole.Server, session.Transport!.Role);
        Assert.True(session.Transport.MixedExtensions);
        Assert.DoesNotContain(session.Sent[1].Parameters.Codecs, codec => codec.Format?.Contains("640c1f", StringComparison.Ordinal) == true);
        Assert.Empty(session.Rejected);
    }

    [Fact]
    public void Chromium_goes_on_with_addTrack_on_a_section_that_we_send_on()
    {
        var negotiation = Offering();
        var before = negotiation.Answering("chromium-answer-to-our-offer");
        var (answer, session) = negotiation.Answered(Capture.Read("chromium-reoffer-after-ours"));
        Assert.Equal(MediaDirection.SendReceive, answer.Sections[1].Direction);
        Assert.Equal(["1", "2", "3"], session.Received.Select(track => track.Parameters.Mid));
        Assert.Null(session.Received[0].SlotId);
        Assert.Equal(before.Sent[1].Parameters.Ssrc, session.Sent[1].Parameters.Ssrc);
        // Its section stays when our track goes.
        Assert.True(negotiation.RemoveTrack("v"));
        Assert.Equal(["a"], negotiation.Session!.Sent.Select(sent => sent.Track.Id));
        Assert.True(negotiation.NeedsOffer);
        var offer = negotiation.Offered();
        Assert.Equal(MediaDirection.ReceiveOnly, offer.Sections[1].Direction);
        Assert.False(offer.Sections[1].IsRejected);
    }

    [Fact]
    public void Pion_takes_the_part_of_the_server_and_fewer_codecs()
    {
        var session = Offering().Answering("pion-answer-to-our-offer");
        Assert.Equal(DtlsRole.Client, session.Transport!.Role);
        var sent = session.Sent[1].Parameters.Codecs;
        Assert.DoesNotContain(sent, codec => codec.Is("AV1"));
        // Of some it takes retransmissions, of others not.
        Assert.Contains(sent, codec => codec.RetransmissionPayloadType is null);
        Assert.Contains(sent, codec => codec.RetransmissionPayloadType is not null);
        Assert.NotNull(session.Sent[1].Parameters.RetransmissionSsrc);
        Assert.Equal([HeaderExtension.TransportSequence], session.Sent[1].Parameters.Extensions.Entries.Select(entry => entry.Extension));
        Assert.Empty(session.Received[0].Parameters.Rids);
    }

    [Fact]
    public void Aiortc_reduces_no_RTCP_and_knows_few_extensions()
    {
        var session = Offering().Answering("aiortc-answer-to-our-offer");
        Assert.Equal([HeaderExtension.Mid, HeaderExtension.AbsoluteSendTime], session.Sent[1].Parameters.Extensions.Entries.Select(entry => entry.Extension));
        Assert.All(session.Sent, sent => Assert.False(sent.Parameters.ReducedSizeRtcp));
        Assert.Equal(["VP8", "H264", "H264"], session.Received[0].Parameters.Codecs.Select(codec => codec.Name));
        Assert.Equal("cam", session.Received[0].SlotId);
        Assert.Single(session.Received[0].Parameters.Encodings);
        Assert.False(session.Transport!.MixedExtensions);
    }

    [Fact]
    public void GStreamer_takes_the_first_codec_and_sends_nothing()
    {
        var session = Offering().Answering("gstreamer-answer-to-our-offer");
        Assert.Equal("VP8", session.Sent[1].Parameters.Codecs.Single().Name);
        Assert.Null(session.Sent[1].Parameters.RetransmissionSsrc);
        Assert.Empty(session.Received);
        Assert.Empty(session.Rejected);
    }

    [Fact]
    public void A_peer_shaped_like_Firefox_describes_its_transport_once()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddTrack(Exchange.Track("a", MediaKind.Audio));
        negotiation.AddTrack(Exchange.Track("v"));
        negotiation.Offered();
        var session = negotiation.Answering("firefox-shaped-answer");
        Assert.Equal("6a33ecd5", session.Transport!.Remote.Ufrag);
        Assert.Equal("max-fs=12288;max-fr=60", session.Sent[1].Parameters.Codecs.Single().Format);
        Assert.Equal(99, (int)session.Sent[1].Parameters.Codecs.Single().RetransmissionPayloadType!);
    }

    [Fact]
    public void Numbers_of_the_peer_s_own_are_sent_by_and_ours_received_by()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddTrack(Exchange.Track("v"));
        negotiation.AddSlot(new IncomingSlot("cam", MediaKind.Video));
        var offered = negotiation.Offered().Sections[1];
        var session = negotiation.Accepted(Answer(
            $"{Exchange.Video("0", "recvonly").Replace("96", "120", StringComparison.Ordinal).Replace("97", "121", StringComparison.Ordinal)}\n"
            + Exchange.Video("1", "sendonly").Replace("96", "120", StringComparison.Ordinal).Replace("97", "121", StringComparison.Ordinal)));
        Assert.Equal([(120, 121)], session.Sent.Single().Parameters.Codecs.Select(codec => ((int)codec.PayloadType, (int)codec.RetransmissionPayloadType!)));
        Assert.Equal(["nack", "nack pli"], session.Sent.Single().Parameters.Codecs.Single().Feedback);
        var ours = session.Received.Single().Parameters.Codecs.Single();
        Assert.Equal(("VP8", offered.Payloads[0].PayloadType, (byte?)offered.Payloads[1].PayloadType), (ours.Name, ours.PayloadType, ours.RetransmissionPayloadType));
        // Neither end's numbers are used for anything else from now on.
        negotiation.AddTrack(Exchange.Track("a", MediaKind.Audio));
        var audio = negotiation.Offered().Sections[2].Payloads.Select(codec => (int)codec.PayloadType).ToList();
        Assert.DoesNotContain(120, audio);
        Assert.DoesNotContain(audio, offered.Payloads.Select(codec => (int)codec.PayloadType).Contains);
    }

    [Fact]
    public void Numbers_that_the_peer_uses_for_what_we_do_not_know_are_left_alone()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.Answered(Exchange.Offer("m=audio 9 UDP/TLS/RTP/SAVPF 111 96 98\na=mid:0\na=rtcp-mux\na=rtpmap:111 opus/48000/2\na=rtpmap:96 telephone-event/48000\na=rtpmap:98 CN/48000"));
        negotiation.AddTrack(Exchange.Track("v"));
        var numbers = negotiation.Offered().Sections[1].Payloads.Select(codec => (int)codec.PayloadType).ToList();
        Assert.Equal(97, numbers[0]);
        Assert.DoesNotContain(numbers, number => number is 96 or 98 or 111);
    }

    [Fact]
    public void An_offer_names_the_codecs_that_will_be_sent_when_they_are_known()
    {
        var negotiation = Exchange.Negotiation();
        var h264 = new CodecParameters { PayloadType = 1, Name = "H264", ClockRate = 90000, Format = "profile-level-id=42c028;packetization-mode=0" };
        negotiation.AddTrack(Exchange.Track("v") with { Codecs = [CodecIdentity.Of(h264)] });
        negotiation.AddTrack(Exchange.Track("w"));
        var sections = negotiation.Offered().Sections;
        // Either mode suits, for whoever takes fragments takes single units; and every profile that decodes the constrained one.
        Assert.Equal(["H264", "rtx"], sections[0].Payloads.Select(codec => codec.Name).Distinct());
        Assert.All(sections[0].Payloads.Where(codec => codec.Is("H264")), codec => Assert.True(CodecIdentity.Of(codec).Accepts(CodecIdentity.Of(h264)), codec.Format));
        Assert.Contains("42e01f", sections[0].Payloads[0].Format, StringComparison.Ordinal);
        var again = sections[1].Payloads.ToDictionary(codec => codec.PayloadType);
        Assert.All(sections[0].Payloads, codec => Assert.Equal((codec.Name, codec.Format), (again[codec.PayloadType].Name, again[codec.PayloadType].Format)));
    }

    public static TheoryData<string, NegotiationErrorCode> BadAnswers => new()
    {
        { Exchange.Video("0", "recvonly"), NegotiationErrorCode.SectionsChanged },
        { $"{Exchange.Video("0", "recvonly")}\n{Exchange.Audio("1", "sendonly")}", NegotiationErrorCode.SectionsChanged },
        { $"{Exchange.Video("0", "recvonly")}\n{Exchange.Video("9", "sendonly")}", NegotiationErrorCode.SectionsChanged },
        { $"{Exchange.Video("0", "recvonly")}\n{Exchange.Video("0", "sendonly")}", NegotiationErrorCode.SectionsChanged },
        { $"{Exchange.Video("0", "recvonly")}\n{Exchange.Video("1", "sendonly")}\na=bundle-only\n{Exchange.Video("2", "sendonly")}", NegotiationErrorCode.SectionsChanged },
        { Exchange.Video("0", "recvonly").Replace("a=rtcp-mux\n", "", StringComparison.Ordinal) + "\n" + Exchange.Video("1", "sendonly").Replace("a=rtcp-mux\n", "", StringComparison.Ordinal), NegotiationErrorCode.NotMultiplexed },
        { $"{Exchange.Video("0", "recvonly")}\na=ice-ufrag:OTHER\na=setup:holdconn\n{Exchange.Video("1", "sendonly")}", NegotiationErrorCode.DtlsRole },
    };

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public void An_answer_that_is_none_is_refused_and_the_offer_waits_on(string sections, NegotiationErrorCode code)
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddTrack(Exchange.Track("v"));
        negotiation.AddSlot(new IncomingSlot("cam", MediaKind.Video));
        negotiation.CreateOffer();
        Assert.False(negotiation.TryAcceptAnswer(Answer(sections), out var error));
        Assert.Equal(code, error!.Code);
        Assert.True(negotiation.IsOfferPending);
        Assert.Null(negotiation.Session);
        Assert.Single(negotiation.Accepted(Answer($"{Exchange.Video("0", "recvonly")}\n{Exchange.Video("1", "sendonly")}")).Sent);
    }

    [Fact]
    public void An_answer_outside_of_the_bundle_is_refused()
    {
        var negotiation = Offering();
        negotiation.CreateOffer();
        var answer = Exchange.Offer(
            $"{Exchange.Audio("0", "recvonly")}\n{Exchange.Video("1", "recvonly")}\n{Exchange.Video("2", "sendonly")}\n{Exchange.Audio("3", "sendonly")}", "a=group:BUNDLE 0 1 3",
            Exchange.PeerTransport.ReplaceLineEndings("\n").Replace("actpass", "active", StringComparison.Ordinal));
        Assert.False(negotiation.TryAcceptAnswer(answer, out var error));
        Assert.Equal(NegotiationErrorCode.NotBundled, error!.Code);
    }

    [Fact]
    public void What_the_peer_rejects_is_not_offered_again()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddTrack(Exchange.Track("v"));
        negotiation.AddSlot(new IncomingSlot("cam", MediaKind.Video));
        negotiation.CreateOffer();
        var session = negotiation.Accepted(Answer($"{Exchange.Video("0", "recvonly").Replace("video 9", "video 0", StringComparison.Ordinal)}\n{Exchange.Video("1", "sendonly")}"));
        Assert.Empty(session.Sent);
        Assert.Equal([new RejectedSection(0, "0", SectionRejection.Stopped)], session.Rejected);
        Assert.False(negotiation.NeedsOffer);
        Assert.Empty(negotiation.Tracks);
        Assert.False(negotiation.RemoveTrack("v"));
    }

    [Fact]
    public void An_answer_without_a_common_codec_keeps_its_section_silent()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddTrack(Exchange.Track("v"));
        negotiation.AddSlot(new IncomingSlot("cam", MediaKind.Video));
        negotiation.CreateOffer();
        var session = negotiation.Accepted(Answer($"{Exchange.Video("0", "recvonly").Replace("VP8", "H265", StringComparison.Ordinal)}\n{Exchange.Video("1", "sendonly")}"));
        Assert.Empty(session.Sent);
        Assert.Empty(session.Rejected);
        Assert.Single(session.Received);
    }

    private static PeerNegotiation Offering()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddTrack(Exchange.Track("a", MediaKind.Audio));
        negotiation.AddTrack(Exchange.Track("v"));
        negotiation.AddSlot(new IncomingSlot("cam", MediaKind.Video) { Rids = ["q", "h", "f"] });
        negotiation.AddSlot(new IncomingSlot("mic", MediaKind.Audio));
        return negotiation;
    }

    private static SessionDescription Answer(string sections) =>
        Exchange.Offer(sections, transport: Exchange.PeerTransport.ReplaceLineEndings("\n").Replace("actpass", "active", StringComparison.Ordinal));
}

file static class Answers
{
    public static NegotiatedSession Answering(this PeerNegotiation negotiation, string capture)
    {
        if (!negotiation.IsOfferPending)
            negotiation.CreateOffer();
        return negotiation.Accepted(Capture.Read(capture));
    }
}
