// What is taken for a description, and what is not. RFC 8866, and peers that take it less literally.
using Parley.Media.Rtp;
using Parley.Media.Sdp;

namespace Parley.Media.Tests.Sdp;

public sealed class SessionDescriptionTests
{
    [Fact]
    public void A_description_is_read_whole()
    {
        var description = Capture.Read("chromium-offer-simulcast-max-bundle");
        Assert.Equal(new SessionOrigin(5530836877918015818, 2) { Address = new("IP4", "127.0.0.1") }, description.Origin);
        Assert.True(description.MixedExtensions);
        Assert.False(description.IceLite);
        Assert.Equal(["0", "1"], description.Groups.Single().Mids);
        Assert.Equal(2, description.Sections.Length);

        var audio = description.Sections[0];
        Assert.Equal(("audio", 52957, "UDP/TLS/RTP/SAVPF", "0"), (audio.Media, audio.Port, audio.Protocol, audio.Mid));
        Assert.Equal(MediaDirection.SendOnly, audio.Direction);
        Assert.Equal(new ConnectionAddress("IP4", "192.0.2.2"), audio.Connection);
        Assert.Equal(4, audio.Candidates.Length);
        Assert.Equal("8DNN", audio.Transport.Ufrag);
        Assert.Equal(DtlsSetup.ActivePassive, audio.Transport.Setup);
        Assert.Equal(["trickle"], audio.Transport.IceOptions);
        Assert.Equal(Exchange.PeerFingerprint, audio.Transport.Fingerprints.Single().ToString());
        Assert.True(audio.RtcpMux && audio.ReducedSizeRtcp);
        Assert.Equal(new StreamIdentification("e0556fb2-b307-4f6e-8341-ff03670dd993", "3af2f882-60e3-40b6-862a-9ec3fce0e093"), audio.Msids.Single());
        var opus = audio.Payloads[0];
        Assert.Equal((111, "opus", 48000, 2, "minptime=10;useinbandfec=1"), (opus.PayloadType, opus.Name, opus.ClockRate, opus.Channels, opus.Format));
        Assert.Equal(["transport-cc"], opus.Feedback);
        Assert.Equal("fqjq0aIRnqbWQBkI", audio.Sources.Single().Cname);
        Assert.Contains(new SdpAttribute("rtcp-xr", "rcvr-rtt=all"), audio.Others);

        var video = description.Sections[1];
        Assert.Equal(23, video.Payloads.Length);
        Assert.Equal(["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"], video.Payloads.First(codec => codec.Is("VP8")).Feedback);
        Assert.Equal(13, video.Extensions.Length);
        Assert.Equal(["q", "h", "f"], video.Rids.Select(rid => rid.Id));
        Assert.Equal(["q", "h", "f"], video.Simulcast!.Send.Select(stream => stream.Alternatives.Single().Rid));
        Assert.Empty(video.Simulcast.Receive);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData(" \r\n")]
    [InlineData("\r\n\r\n")]
    public void Line_ends_of_any_kind_are_taken(string end)
    {
        var description = Exchange.Read(Capture.Text("pion-offer-sendonly").ReplaceLineEndings(end));
        Assert.Equal(2, description.Sections.Length);
        Assert.Equal(["goog-remb", "ccm fir", "nack", "nack pli", "transport-cc"], description.Sections[1].Payloads[0].Feedback);
    }

    [Fact]
    public void Formats_and_feedback_may_stand_before_their_rtpmap()
    {
        var video = Capture.Read("firefox-shaped-offer-simulcast").Sections[1];
        var vp8 = video.Payloads[0];
        Assert.Equal((120, "VP8", "max-fs=12288;max-fr=60"), (vp8.PayloadType, vp8.Name, vp8.Format));
        Assert.Equal(5, vp8.Feedback.Length);
        Assert.Equal(MediaDirection.SendOnly, video.Extensions.Single(mapping => mapping.Id == 8).Direction);
    }

    [Fact]
    public void Attributes_of_the_session_hold_for_its_sections()
    {
        var description = Exchange.Read(Exchange.Text(
            $"v=0\ns=-\na=inactive\na=ice-ufrag:8DNN\na=ice-pwd:lx+7guAsNTkr6mwgkYBIOPuB\na=fingerprint:{Exchange.PeerFingerprint}\na=extmap:3 urn:one\na=extmap:4 urn:two\nm=audio 9 RTP/SAVPF 0\na=extmap:4 urn:own\nm=video 9 RTP/SAVPF 96\na=recvonly\na=ice-ufrag:OTHER"));
        var (audio, video) = (description.Sections[0], description.Sections[1]);
        Assert.Equal(MediaDirection.Inactive, audio.Direction);
        Assert.Equal(MediaDirection.ReceiveOnly, video.Direction);
        Assert.Equal("8DNN", description.TransportOf(audio).Ufrag);
        Assert.Equal("OTHER", description.TransportOf(video).Ufrag);
        Assert.Equal("lx+7guAsNTkr6mwgkYBIOPuB", description.TransportOf(video).Password);
        Assert.Single(description.TransportOf(video).Fingerprints);
        Assert.Equal(["urn:own", "urn:one"], audio.Extensions.Select(mapping => mapping.Uri));
        Assert.Equal(["urn:one", "urn:two"], video.Extensions.Select(mapping => mapping.Uri));
    }

    [Fact]
    public void A_group_names_what_can_be_a_name()
    {
        var description = Exchange.Read(Exchange.Text("v=0\na=group:BUNDLE 0 é 1\u0007 2 0\na=group:LS\na=group:"));
        Assert.Equal(["0", "2"], description.Groups[0].Mids);
        Assert.Equal(["BUNDLE", "LS"], description.Groups.Select(group => group.Semantics));
    }

    [Fact]
    public void Static_payload_types_need_no_rtpmap()
    {
        var audio = Exchange.Read(Exchange.Text("v=0\nm=audio 9 RTP/SAVPF 0 8 9 18 99")).Sections.Single();
        Assert.Equal(["PCMU", "PCMA", "G722"], audio.Payloads.Select(codec => codec.Name));
        Assert.Equal(["0", "8", "9", "18", "99"], audio.Formats);
    }

    [Fact]
    public void Feedback_for_all_payload_types_is_given_to_each()
    {
        var video = Exchange.Read(Exchange.Text("v=0\nm=video 9 RTP/SAVPF 96 98\na=rtcp-fb:* nack\na=rtcp-fb:98  ccm   fir\na=rtcp-fb:98 NACK\na=rtpmap:96 VP8/90000\na=rtpmap:98 VP9/90000")).Sections.Single();
        Assert.Equal(["nack"], video.Payloads[0].Feedback);
        Assert.Equal(["ccm fir", "NACK"], video.Payloads[1].Feedback);
    }

    [Fact]
    public void Parameters_in_two_lines_are_joined()
    {
        var audio = Exchange.Read(Exchange.Text("v=0\nm=audio 9 RTP/SAVPF 111\na=rtpmap:111 opus/48000/2\na=fmtp:111 minptime=10\na=fmtp:111 useinbandfec=1")).Sections.Single();
        Assert.Equal("minptime=10;useinbandfec=1", audio.Payloads.Single().Format);
    }

    [Fact]
    public void What_cannot_be_read_of_one_attribute_leaves_the_rest()
    {
        var section = Exchange.Read(Exchange.Text(
            """
            v=0
            o=nonsense
            c=IN
            b=AS:many
            m=video 9 UDP/TLS/RTP/SAVPF 96 300 x 96 98
            c=OUT IP4 127.0.0.1
            a=rtpmap:96 VP8/90000/1/1
            a=rtpmap:96 VP8
            a=rtpmap:96 VP8/0
            a=rtpmap:300 VP8/90000
            a=rtpmap:98 VP9/90000
            a=rtpmap:98 H264/90000
            a=fmtp
            a=rtcp-fb:nack
            a=extmap:0 urn:zero
            a=extmap:256 urn:many
            a=extmap:4096 urn:more
            a=extmap:5/sideways urn:odd
            a=extmap:6
            a=candidate:1 1 udp 1 1.2.3.4 5 typ host
            a=candidate:1 1 sctp 1 1.2.3.4 5 typ host
            a=fingerprint:md5 00
            a=ssrc:-1 cname:x
            a=ssrc:4294967296 cname:x
            a=ssrc-group:FID
            a=ssrc-group:FID one two
            a=rid:+ send
            a=rid:a both
            a=simulcast:send a recv b send c
            a=msid:
            a=mid:v
            a=
            a
            a=:value
            """.Replace("\na\n", "\n", StringComparison.Ordinal))).Sections.Single();
        Assert.Equal("VP9", section.Payloads.Single().Name);
        Assert.Null(section.Connection);
        Assert.Empty(section.Extensions);
        Assert.Single(section.Candidates);
        Assert.Empty(section.Transport.Fingerprints);
        Assert.Empty(section.Sources);
        Assert.Empty(section.SourceGroups);
        Assert.Empty(section.Rids);
        Assert.Null(section.Simulcast);
        Assert.Empty(section.Msids);
        Assert.Equal("v", section.Mid);
    }

    [Theory]
    [InlineData("", SdpErrorCode.NoSessionDescription, 0)]
    [InlineData("\r\n\r\n", SdpErrorCode.NoSessionDescription, 0)]
    [InlineData("o=- 1 1 IN IP4 0.0.0.0\nv=0", SdpErrorCode.NoSessionDescription, 1)]
    [InlineData("v=1", SdpErrorCode.NoSessionDescription, 1)]
    [InlineData("v=0\nhello", SdpErrorCode.BadLine, 2)]
    [InlineData("v=0\nA=mid:0", SdpErrorCode.BadLine, 2)]
    [InlineData("v=0\n=x", SdpErrorCode.BadLine, 2)]
    [InlineData("v=0\na=x\0y", SdpErrorCode.BadLine, 2)]
    [InlineData("v=0\n{\"type\":\"offer\"}", SdpErrorCode.BadLine, 2)]
    [InlineData("v=0\nm=audio", SdpErrorCode.BadMediaLine, 2)]
    [InlineData("v=0\nm=audio 9 RTP/SAVPF", SdpErrorCode.BadMediaLine, 2)]
    [InlineData("v=0\nm=audio 65536 RTP/SAVPF 0", SdpErrorCode.BadMediaLine, 2)]
    [InlineData("v=0\nm=audio -1 RTP/SAVPF 0", SdpErrorCode.BadMediaLine, 2)]
    [InlineData("v=0\nm=audio nine RTP/SAVPF 0", SdpErrorCode.BadMediaLine, 2)]
    [InlineData("v=0\nm=äudio 9 RTP/SAVPF 0", SdpErrorCode.BadMediaLine, 2)]
    [InlineData("v=0\na=ice-ufrag:abc", SdpErrorCode.BadAttribute, 2)]
    [InlineData("v=0\na=ice-ufrag:ab:cd", SdpErrorCode.BadAttribute, 2)]
    [InlineData("v=0\na=ice-ufrag", SdpErrorCode.BadAttribute, 2)]
    [InlineData("v=0\na=ice-pwd:tooshort", SdpErrorCode.BadAttribute, 2)]
    [InlineData("v=0\na=setup:maybe", SdpErrorCode.BadAttribute, 2)]
    [InlineData("v=0\nm=audio 9 RTP/SAVPF 0\n\na=mid:a b", SdpErrorCode.BadAttribute, 4)]
    [InlineData("v=0\nm=audio 9 RTP/SAVPF 0\na=mid", SdpErrorCode.BadAttribute, 3)]
    public void What_is_no_description_is_refused_with_its_line(string text, SdpErrorCode code, int line)
    {
        var error = Exchange.Refused(text);
        Assert.Equal((code, line), (error.Code, error.Line));
        Assert.Contains(error.Message, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_size_of_a_description_is_bounded()
    {
        var line = "a=" + new string('x', 1000) + "\r\n";
        var full = "v=0\r\n" + string.Concat(Enumerable.Repeat(line, (SdpLimits.MaxLength - 5) / line.Length));
        Assert.InRange(full.Length, SdpLimits.MaxLength - line.Length, SdpLimits.MaxLength);
        Assert.Equal(SdpLimits.MaxRepeats, Exchange.Read(full).Others.Length);
        Assert.Equal(SdpErrorCode.TooLong, Exchange.Refused(full + line).Code);
    }

    [Fact]
    public void The_length_of_a_line_is_bounded()
    {
        Exchange.Read("v=0\r\ns=" + new string('x', SdpLimits.MaxLineLength - 2));
        var error = Exchange.Refused("v=0\r\ns=" + new string('x', SdpLimits.MaxLineLength - 1));
        Assert.Equal((SdpErrorCode.LineTooLong, 2), (error.Code, error.Line));
    }

    [Fact]
    public void The_number_of_sections_is_bounded()
    {
        var sections = string.Concat(Enumerable.Repeat("m=audio 9 RTP/SAVPF 0\r\n", SdpLimits.MaxSections));
        Assert.Equal(SdpLimits.MaxSections, Exchange.Read("v=0\r\n" + sections).Sections.Length);
        Assert.Equal(SdpErrorCode.TooManySections, Exchange.Refused("v=0\r\n" + sections + "m=audio 9 RTP/SAVPF 0").Code);
    }

    [Fact]
    public void Of_what_may_be_repeated_only_so_much_is_kept()
    {
        static string Many(string line) => string.Concat(Enumerable.Range(1, 300).Select(number => string.Format(System.Globalization.CultureInfo.InvariantCulture, line, number) + "\r\n"));
        var section = Exchange.Read("v=0\r\nm=video 9 RTP/SAVPF 96\r\n" + Many("a=ssrc:{0} cname:x") + Many("a=ssrc-group:FID {0} 1") + Many("a=candidate:{0} 1 udp 1 1.2.3.4 5 typ host")
            + Many("a=extmap:4 urn:{0}") + Many("a=rid:r{0} send") + Many("a=msid:s{0} t") + Many("b=AS:{0}") + Many("a=fingerprint:" + Exchange.PeerFingerprint)).Sections.Single();
        Assert.Equal(SdpLimits.MaxSources, section.Sources.Length);
        Assert.Equal(SdpLimits.MaxSources, section.SourceGroups.Length);
        Assert.Equal(SdpLimits.MaxCandidates, section.Candidates.Length);
        Assert.Equal(SdpLimits.MaxRepeats, section.Extensions.Length);
        Assert.Equal(SdpLimits.MaxRepeats, section.Rids.Length);
        Assert.Equal(SdpLimits.MaxRepeats, section.Msids.Length);
        Assert.Equal(SdpLimits.MaxRepeats, section.Bandwidths.Length);
        Assert.Equal(8, section.Transport.Fingerprints.Length);
    }

    [Fact]
    public void Nothing_that_is_written_can_begin_a_line_of_its_own()
    {
        var description = new SessionDescription { Name = "x\r\na=ice-lite" };
        Assert.Throws<InvalidOperationException>(description.ToString);
    }
}
