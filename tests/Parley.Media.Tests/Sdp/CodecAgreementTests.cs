// Which payload formats both ends have in common. RFC 6184 §8.2.2, RFC 9628, RFC 7587, RFC 2198, RFC 4588, RFC 4585.
using Parley.Media.Rtp;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;

namespace Parley.Media.Tests.Sdp;

public sealed class CodecAgreementTests
{
    [Theory]
    [InlineData("profile-level-id=42e01f;packetization-mode=1", true)]
    [InlineData("profile-level-id=42E034;packetization-mode=1", true)] // another level of the same profile
    [InlineData("profile-level-id=42c015;level-asymmetry-allowed=1;packetization-mode=0", true)] // constrained baseline by other flags
    [InlineData("profile-level-id=4d801f", true)] // main that is constrained baseline
    [InlineData("profile-level-id=4d001f", true)]
    [InlineData("profile-level-id=640c1f", true)]
    [InlineData("profile-level-id=640032", true)]
    [InlineData("packetization-mode=1", true)] // baseline at level 1
    [InlineData(" profile-level-id = 42e01f ; packetization-mode = 1 ", true)]
    [InlineData("profile-level-id=f4001f", false)] // high 4:4:4
    [InlineData("profile-level-id=64101f", false)]
    [InlineData("profile-level-id=42e01f;packetization-mode=2", false)] // interleaved
    [InlineData("profile-level-id=42e01f;packetization-mode=x", false)]
    [InlineData("profile-level-id=42e0", false)]
    [InlineData("profile-level-id=42e0zz", false)]
    public void H264_is_matched_by_profile_and_packetization_mode(string format, bool isTaken) => Assert.Equal(isTaken, IsTaken("H264/90000", format));

    [Theory]
    [InlineData("VP9/90000", "profile-id=0", true)]
    [InlineData("VP9/90000", null, true)]
    [InlineData("vp9/90000", "profile-id=2", true)]
    [InlineData("VP9/90000", "profile-id=1", false)]
    [InlineData("VP9/90000", "profile-id=03", false)]
    [InlineData("AV1/90000", "level-idx=5;profile=0;tier=0", true)]
    [InlineData("AV1/90000", null, true)]
    [InlineData("AV1/90000", "profile=1", false)]
    [InlineData("VP8/90000", "max-fs=12288", true)]
    [InlineData("H265/90000", null, false)]
    [InlineData("ulpfec/90000", null, false)]
    [InlineData("flexfec-03/90000", null, false)]
    [InlineData("red/90000", null, false)]
    public void Other_codecs_are_matched_by_name_and_profile(string map, string? format, bool isTaken) => Assert.Equal(isTaken, IsTaken(map, format));

    [Fact]
    public void What_we_answer_is_for_both_ends_alone()
    {
        var (answer, session) = Exchange.Negotiation().Answered(Exchange.Offer(
            """
            m=video 9 UDP/TLS/RTP/SAVPF 96 98 100 102
            a=mid:0
            a=rtcp-mux
            a=rtpmap:96 VP8/90000
            a=fmtp:96 max-fs=12288;max-fr=60
            a=rtpmap:98 VP9/90000
            a=fmtp:98 max-fs=12288;profile-id=0
            a=rtpmap:100 H264/90000
            a=fmtp:100 packetization-mode=1;sprop-parameter-sets=Z0LAFdkBQfsBagwMDUoAAAMAAgAAAwB5HixckA==,aMuMsg==;max-br=1000;profile-level-id=42c028
            a=rtpmap:102 AV1/90000
            a=fmtp:102 profile=0;level-idx=8;tier=1
            """));
        var formats = answer.Sections.Single().Payloads.Select(codec => codec.Format);
        Assert.Equal([null, "profile-id=0", "packetization-mode=1;profile-level-id=42c028", "level-idx=8;profile=0;tier=1"], formats);
        Assert.Equal(formats, session.Received.Single().Parameters.Codecs.Select(codec => codec.Format));
    }

    [Fact]
    public void What_we_send_by_is_what_the_peer_asked_for()
    {
        var negotiation = Exchange.Negotiation(Exchange.Options with { FillsSections = true });
        var (_, session) = negotiation.Answered(Exchange.Offer(Exchange.Video(mid: "0", direction: "recvonly", more: "a=fmtp:96 max-fs=3600;max-fr=30")));
        Assert.Equal("max-fs=3600;max-fr=30", session.Sent.Single().Parameters.Codecs.Single().Format);
    }

    [Theory]
    [InlineData("111/111", true)]
    [InlineData("111/111/111", true)]
    [InlineData("111", true)]
    [InlineData("111/0", false)]
    [InlineData("0/0", false)]
    [InlineData("63/63", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void RED_is_taken_when_it_is_of_one_codec_that_is_taken(string? format, bool isTaken)
    {
        var (_, session) = Exchange.Negotiation().Answered(Exchange.Offer(
            $"m=audio 9 UDP/TLS/RTP/SAVPF 111 63 0\na=mid:0\na=rtcp-mux\na=rtpmap:111 opus/48000/2\na=rtpmap:63 red/48000/2{(format is null ? "" : $"\na=fmtp:63 {format}")}"));
        Assert.Equal(isTaken, session.Received.Single().Parameters.Codecs.Any(codec => codec.Is("red")));
        Assert.DoesNotContain(session.Received.Single().Parameters.Codecs, codec => codec.Is("PCMU"));
    }

    [Fact]
    public void RED_may_be_named_before_its_codec()
    {
        var (_, session) = Exchange.Negotiation().Answered(Exchange.Offer(
            "m=audio 9 UDP/TLS/RTP/SAVPF 63 111\na=mid:0\na=rtcp-mux\na=rtpmap:63 red/48000/2\na=fmtp:63 111/111\na=rtpmap:111 opus/48000/2"));
        Assert.Equal(["red", "opus"], session.Received.Single().Parameters.Codecs.Select(codec => codec.Name));
    }

    [Fact]
    public void Retransmissions_are_paired_by_apt()
    {
        var (answer, session) = Exchange.Negotiation().Answered(Exchange.Offer(
            """
            m=video 9 UDP/TLS/RTP/SAVPF 120 121 96 97 98 99 70
            a=mid:0
            a=rtcp-mux
            a=rtpmap:120 rtx/90000
            a=fmtp:120 apt=98;rtx-time=3000
            a=rtpmap:121 rtx/90000
            a=fmtp:121 apt=7
            a=rtpmap:96 VP8/90000
            a=rtpmap:97 rtx/48000
            a=fmtp:97 apt=96
            a=rtpmap:98 VP9/90000
            a=rtpmap:99 rtx/90000
            a=fmtp:99 apt=98
            a=rtpmap:70 rtx/90000
            a=fmtp:70 apt=96
            """));
        Assert.Equal([(96, null), (98, 120)], session.Received.Single().Parameters.Codecs.Select(codec => ((int)codec.PayloadType, (int?)codec.RetransmissionPayloadType)));
        Assert.Equal(["96", "98", "120"], answer.Sections.Single().Formats);
        Assert.Equal("apt=98", answer.Sections.Single().Payloads[2].Format);
    }

    [Fact]
    public void Feedback_is_what_both_know()
    {
        var (answer, _) = Exchange.Negotiation().Answered(Exchange.Offer(Exchange.Video(mid: "0", more: "a=rtcp-fb:96 ccm fir\na=rtcp-fb:96 ccm tmmbr\na=rtcp-fb:96 nack rpsi\na=rtcp-fb:96 goog-remb\na=rtcp-fb:96 trr-int 100\na=rtcp-fb:97 nack")));
        Assert.Equal(["nack", "nack pli", "ccm fir", "goog-remb"], answer.Sections.Single().Payloads[0].Feedback);
        Assert.Empty(answer.Sections.Single().Payloads[1].Feedback);
    }

    [Fact]
    public void A_codec_under_two_numbers_is_taken_under_both()
    {
        var (_, session) = Exchange.Negotiation().Answered(Exchange.Offer(
            "m=audio 9 UDP/TLS/RTP/SAVPF 111 109\na=mid:0\na=rtcp-mux\na=rtpmap:111 OPUS/48000/2\na=rtpmap:109 opus/48000/2\na=fmtp:109 stereo=1;sprop-stereo=1"));
        Assert.Equal([(111, null), (109, "stereo=1")], session.Received.Single().Parameters.Codecs.Select(codec => ((int)codec.PayloadType, codec.Format)));
    }

    [Theory]
    [InlineData("VP8", null, "VP8", "max-fs=1", true)]
    [InlineData("VP8", null, "VP9", null, false)]
    [InlineData("H264", "profile-level-id=42e01f;packetization-mode=1", "H264", "profile-level-id=42c02a;packetization-mode=0", true)]
    [InlineData("H264", "profile-level-id=42e01f;packetization-mode=0", "H264", "profile-level-id=42e01f;packetization-mode=1", false)]
    [InlineData("H264", "profile-level-id=42e01f;packetization-mode=1", "H264", "profile-level-id=640c1f;packetization-mode=1", false)]
    [InlineData("H264", "profile-level-id=640c1f;packetization-mode=1", "H264", "profile-level-id=42c014;packetization-mode=1", true)]
    [InlineData("H264", "profile-level-id=42e01f;packetization-mode=1", "H264", "profile-level-id=42001f;packetization-mode=1", true)]
    [InlineData("H264", "profile-level-id=4d001f;packetization-mode=1", "H264", "profile-level-id=64001f;packetization-mode=1", false)]
    [InlineData("H264", "profile-level-id=64001f;packetization-mode=1", "H264", "profile-level-id=f4001f;packetization-mode=1", false)]
    [InlineData("VP9", "profile-id=0", "vp9", null, true)]
    [InlineData("VP9", "profile-id=0", "VP9", "profile-id=2", false)]
    public void A_receiver_accepts_what_it_can_decode(string receiver, string? format, string sender, string? sent, bool accepts)
    {
        static CodecIdentity Of(string name, string? format) => CodecIdentity.Of(new CodecParameters { PayloadType = 96, Name = name, ClockRate = 90000, Format = format });
        Assert.Equal(accepts, Of(receiver, format).Accepts(Of(sender, sent)));
    }

    [Fact]
    public void Capabilities_bound_what_is_taken()
    {
        var capabilities = MediaCapabilities.Default with { Codecs = [.. MediaCapabilities.Default.Codecs.Where(codec => codec.Name == "VP8").Select(codec => codec with { Retransmission = false, Feedback = ["nack pli"] })] };
        var (answer, session) = Exchange.Negotiation(Exchange.Options with { Capabilities = capabilities }).Answered(Capture.Read("chromium-offer-audio-video-data"));
        Assert.Equal(SectionRejection.NoCommonCodec, session.Rejected[0].Reason);
        Assert.Equal(["96"], answer.Sections[1].Formats);
        Assert.Equal(["nack pli"], session.Received.Single().Parameters.Codecs.Single().Feedback);
    }

    private static bool IsTaken(string map, string? format)
    {
        var offer = Exchange.Offer($"m=video 9 UDP/TLS/RTP/SAVPF 96\na=mid:0\na=rtcp-mux\na=rtpmap:96 {map}{(format is null ? "" : $"\na=fmtp:96 {format}")}");
        var (answer, session) = Exchange.Negotiation().Answered(offer);
        Assert.Equal(answer.Sections.Single().IsRejected, session.Received.IsEmpty);
        return !session.Received.IsEmpty;
    }
}
