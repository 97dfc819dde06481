// What is rejected: single sections by port 0, whole descriptions by an error that changes nothing.
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;

namespace Parley.Media.Tests.Sdp;

public sealed class RejectionTests
{
    public static TheoryData<string, SectionRejection> BadSections => new()
    {
        { "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=mid:1\na=sctp-port:5000", SectionRejection.UnknownMedia },
        { "m=text 9 UDP/TLS/RTP/SAVPF 98\na=mid:1\na=rtcp-mux\na=rtpmap:98 t140/1000", SectionRejection.UnknownMedia },
        { Exchange.Video().Replace("UDP/TLS/RTP/SAVPF", "RTP/AVP", StringComparison.Ordinal), SectionRejection.UnknownProtocol },
        { Exchange.Video().Replace("m=video 9 ", "m=video 0 ", StringComparison.Ordinal), SectionRejection.Stopped },
        { Exchange.Video().Replace("a=mid:1\n", "", StringComparison.Ordinal), SectionRejection.NoMid },
        { Exchange.Video(mid: "2"), SectionRejection.NotBundled },
        { Exchange.Video().Replace("a=rtpmap:96 VP8/90000", "a=rtpmap:96 H265/90000", StringComparison.Ordinal), SectionRejection.NoCommonCodec },
        { Exchange.Video().Replace("a=rtpmap:96 VP8/90000", "a=rtpmap:96 VP8/48000", StringComparison.Ordinal), SectionRejection.NoCommonCodec },
        { "m=video 9 UDP/TLS/RTP/SAVPF 65\na=mid:1\na=rtcp-mux\na=rtpmap:65 VP8/90000", SectionRejection.NoCommonCodec },
        { "m=video 9 UDP/TLS/RTP/SAVPF 111\na=mid:1\na=rtcp-mux\na=rtpmap:111 opus/48000/2", SectionRejection.NoCommonCodec },
        { "m=audio 9 UDP/TLS/RTP/SAVPF 63\na=mid:1\na=rtcp-mux\na=rtpmap:63 red/48000/2\na=fmtp:63 111/111", SectionRejection.NoCommonCodec },
        { "m=audio 9 UDP/TLS/RTP/SAVPF 111\na=mid:1\na=rtcp-mux\na=rtpmap:111 opus/48000", SectionRejection.NoCommonCodec },
        { "m=audio 9 UDP/TLS/RTP/SAVPF 99\na=mid:1\na=rtcp-mux", SectionRejection.NoCommonCodec },
    };

    [Theory]
    [MemberData(nameof(BadSections))]
    public void A_section_that_does_not_fit_is_rejected_and_the_others_go_on(string section, SectionRejection reason)
    {
        var negotiation = Exchange.Negotiation();
        var (answer, session) = negotiation.Answered(Exchange.Offer($"{Exchange.Audio()}\n{section}"));
        Assert.Equal(reason, session.Rejected.Single().Reason);
        Assert.Equal(1, session.Rejected.Single().Index);
        Assert.Equal("0", session.Received.Single().Parameters.Mid);
        Assert.Equal(0, answer.Sections[1].Port);
        Assert.NotEmpty(answer.Sections[1].Formats);
        Assert.Equal(MediaDirection.Inactive, answer.Sections[1].Direction);
        Assert.Equal(["0"], answer.Groups.Single().Mids);
        Assert.False(negotiation.NeedsOffer);
    }

    [Fact]
    public void A_mid_that_fits_into_no_packet_is_rejected()
    {
        var offer = Exchange.Offer($"{Exchange.Audio("sixteen-letters-")}\n{Exchange.Video("seventeen-letters")}", "a=group:BUNDLE sixteen-letters- seventeen-letters");
        var (_, session) = Exchange.Negotiation().Answered(offer);
        Assert.Equal([new RejectedSection(1, "seventeen-letters", SectionRejection.NoMid)], session.Rejected);
        Assert.Single(session.Received);
    }

    [Fact]
    public void RTP_and_RTCP_apart_are_rejected()
    {
        var section = Exchange.Audio().Replace("a=rtcp-mux\n", "", StringComparison.Ordinal);
        var (answer, session) = Exchange.Negotiation().Answered(Exchange.Offer(section));
        Assert.Equal(SectionRejection.NotMultiplexed, session.Rejected.Single().Reason);
        Assert.Null(session.Transport);
        Assert.Empty(answer.Groups);
        Assert.All(answer.Sections, rejected => Assert.Null(rejected.Transport.Ufrag));
    }

    [Fact]
    public void Without_BUNDLE_the_first_section_is_taken_alone()
    {
        var (answer, session) = Exchange.Negotiation().Answered(Exchange.Offer($"{Exchange.Audio()}\n{Exchange.Video()}", "a=x"));
        Assert.Equal("0", session.Received.Single().Parameters.Mid);
        Assert.Equal(SectionRejection.NotBundled, session.Rejected.Single().Reason);
        Assert.Empty(answer.Groups);
        Assert.Equal(Exchange.Options.Candidates, answer.Sections[0].Candidates);
    }

    [Fact]
    public void Multiplexing_that_is_said_once_for_the_transport_holds_for_all()
    {
        var video = Exchange.Video().Replace("a=rtcp-mux\na=rtcp-rsize\n", "a=bundle-only\n", StringComparison.Ordinal).Replace("video 9", "video 0", StringComparison.Ordinal);
        var (_, session) = Exchange.Negotiation().Answered(Exchange.Offer($"{Exchange.Audio(more: "a=rtcp-rsize")}\n{video}"));
        Assert.Equal(["0", "1"], session.Received.Select(track => track.Parameters.Mid));
        Assert.All(session.Received, track => Assert.True(track.Parameters.ReducedSizeRtcp));
    }

    [Fact]
    public void When_the_tagged_section_is_rejected_the_next_with_a_port_describes_the_transport()
    {
        static string With(string section, string ufrag) => $"{section}\na=ice-ufrag:{ufrag}\na=ice-pwd:lx+7guAsNTkr6mwgkYBIOPuB\na=fingerprint:{Exchange.PeerFingerprint}\na=setup:actpass";
        var offer = Exchange.Offer(
            $"{With("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=mid:d", "data")}\n{With(Exchange.Audio().Replace("audio 9", "audio 0", StringComparison.Ordinal) + "\na=bundle-only", "audio")}\n{With(Exchange.Video(), "video")}",
            "a=group:BUNDLE d 0 1", transport: "a=x");
        var (answer, session) = Exchange.Negotiation().Answered(offer);
        Assert.Equal("video", session.Transport!.Remote.Ufrag);
        Assert.Equal(["0", "1"], answer.Groups.Single().Mids);
        Assert.Equal(Exchange.Options.Candidates, answer.Sections[1].Candidates);
    }

    public static TheoryData<string, string, NegotiationErrorCode> BadTransports => new()
    {
        { "a=ice-ufrag:8DNN", "", NegotiationErrorCode.NoIceCredentials },
        { "a=ice-pwd:lx+7guAsNTkr6mwgkYBIOPuB", "", NegotiationErrorCode.NoIceCredentials },
        { $"a=fingerprint:{Exchange.PeerFingerprint}", "", NegotiationErrorCode.NoFingerprint },
        { $"a=fingerprint:{Exchange.PeerFingerprint}", "a=fingerprint:sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB", NegotiationErrorCode.NoFingerprint },
        { "a=setup:actpass", "a=setup:holdconn", NegotiationErrorCode.DtlsRole },
        { "a=setup:actpass", "a=setup:actpass\na=ice-lite", NegotiationErrorCode.BothIceLite },
    };

    [Theory]
    [MemberData(nameof(BadTransports))]
    public void An_offer_without_a_transport_that_can_come_about_is_refused(string line, string instead, NegotiationErrorCode code)
    {
        var negotiation = Exchange.Negotiation();
        var offer = Exchange.Offer(Exchange.Audio(), transport: Exchange.PeerTransport.ReplaceLineEndings("\n").Replace(line, instead.Length == 0 ? "a=x" : instead, StringComparison.Ordinal));
        Assert.Equal(code, negotiation.RefusedOffer(offer));
        Assert.Null(negotiation.Session);
        negotiation.Answered(Exchange.Offer(Exchange.Audio()));
    }

    [Fact]
    public void Two_sections_of_one_name_are_refused()
    {
        var offer = Exchange.Offer($"{Exchange.Audio()}\n{Exchange.Video(mid: "0")}");
        Assert.Equal(NegotiationErrorCode.DuplicateMid, Exchange.Negotiation().RefusedOffer(offer));
    }

    [Fact]
    public void An_offer_that_crosses_ours_is_refused_until_ours_is_taken_back()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddTrack(Exchange.Track("v"));
        negotiation.Offered();
        Assert.True(negotiation.IsOfferPending);
        Assert.Equal(NegotiationErrorCode.WrongState, negotiation.RefusedOffer(Exchange.Offer(Exchange.Audio())));
        Assert.True(negotiation.Rollback());
        Assert.False(negotiation.Rollback());
        var (_, session) = negotiation.Answered(Exchange.Offer(Exchange.Audio()));
        Assert.Single(session.Received);
        Assert.True(negotiation.NeedsOffer);
        Assert.Equal("v", negotiation.Offered().Sections[1].Msids.Single().TrackId);
    }

    [Fact]
    public void An_answer_to_no_offer_is_refused()
    {
        var negotiation = Exchange.Negotiation();
        Assert.False(negotiation.TryAcceptAnswer(Capture.Read("pion-answer"), out var error));
        Assert.Equal(NegotiationErrorCode.WrongState, error!.Code);
    }

    [Fact]
    public void An_offer_of_nothing_is_a_mistake_of_the_caller()
    {
        var negotiation = Exchange.Negotiation();
        Assert.Throws<InvalidOperationException>(negotiation.CreateOffer);
        negotiation.AddTrack(Exchange.Track("v"));
        negotiation.CreateOffer();
        Assert.Throws<InvalidOperationException>(negotiation.CreateOffer);
    }

    [Fact]
    public void Names_that_no_description_can_hold_are_a_mistake_of_the_caller()
    {
        var negotiation = Exchange.Negotiation();
        Assert.Throws<ArgumentException>(() => negotiation.AddTrack(Exchange.Track("two words")));
        Assert.Throws<ArgumentException>(() => negotiation.AddTrack(Exchange.Track("v") with { StreamId = "a\r\nb" }));
        Assert.Throws<ArgumentException>(() => negotiation.AddTrack(Exchange.Track("v", mid: "seventeen-letters")));
        Assert.Throws<ArgumentException>(() => negotiation.AddSlot(new IncomingSlot("s", Parley.Media.Rtp.MediaKind.Video) { Rids = ["a;b"] }));
        negotiation.AddTrack(Exchange.Track("v"));
        Assert.Throws<ArgumentException>(() => negotiation.AddTrack(Exchange.Track("v")));
    }
}
