// Offers of peers that we did not write, and what they come to.
using System.Net;
using Parley.Media.Dtls;
using Parley.Media.Rtp;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;

namespace Parley.Media.Tests.Sdp;

public sealed class AnsweringCapturesTests
{
    private static readonly NegotiationOptions Filling = Exchange.Options with { FillsSections = true };

    [Theory]
    [MemberData(nameof(Capture.Offers), MemberType = typeof(Capture))]
    public void Every_offer_is_answered_by_the_book(string name)
    {
        var offer = Capture.Read(name);
        var (answer, session) = Exchange.Negotiation(Filling).Answered(offer);
        Assert.True(answer.IceLite);
        Assert.Equal(DtlsRole.Server, session.Transport!.Role);
        Assert.Equal(offer.Sections.Length, answer.Sections.Length);
        var live = answer.Sections.Where(section => !section.IsRejected).ToList();
        Assert.Equal(live.Select(section => section.Mid).Order(StringComparer.Ordinal), answer.Groups.Single().Mids.Order(StringComparer.Ordinal));
        foreach (var (offered, answered) in offer.Sections.Zip(answer.Sections))
        {
            Assert.Equal((offered.Media, offered.Protocol, offered.Mid), (answered.Media, answered.Protocol, answered.Mid));
            Assert.Equal(offered.Media is "audio" or "video", !answered.IsRejected);
            if (answered.IsRejected)
                continue;
            Assert.True(answered.RtcpMux);
            Assert.Equal(DtlsSetup.Passive, answered.Transport.Setup);
            Assert.Equal([Exchange.OurFingerprint], answered.Transport.Fingerprints);
            Assert.Equal((session.Transport.Local.Ufrag, session.Transport.Local.Password), (answered.Transport.Ufrag, answered.Transport.Password));
            Assert.Equal(7882, answered.Port);
            // Only what was offered, under the same numbers.
            Assert.Subset(offered.Formats.ToHashSet(StringComparer.Ordinal), answered.Formats.ToHashSet(StringComparer.Ordinal));
            Assert.All(answered.Payloads, ours => Assert.Equal(ours.Name, offered.Payloads.Single(theirs => theirs.PayloadType == ours.PayloadType).Name));
            Assert.All(answered.Extensions, ours => Assert.Contains(offered.Extensions, theirs => theirs.Id == ours.Id && theirs.Uri == ours.Uri));
            Assert.All(answered.Payloads, ours => Assert.Subset(Feedback(offered, ours), ours.Feedback.ToHashSet(StringComparer.Ordinal)));
            Assert.Equal(MediaDirection.Inactive, answered.Direction & ~offered.Direction.Reversed());
        }

        var tagged = answer.Sections.Single(section => section.Mid == answer.Groups.Single().Mids[0]);
        Assert.Equal(Exchange.Options.Candidates, tagged.Candidates);
        Assert.True(tagged.EndOfCandidates);
        Assert.All(live.Where(section => section != tagged), section => Assert.Empty(section.Candidates));
    }

    [Fact]
    public void A_publisher_in_Chromium_with_three_layers()
    {
        var (answer, session) = Exchange.Negotiation().Answered(Capture.Read("chromium-offer-simulcast-max-bundle"));
        var (audio, video) = (session.Received[0].Parameters, session.Received[1].Parameters);
        Assert.Empty(session.Sent);
        Assert.Equal(("0", MediaKind.Audio, true), (audio.Mid, audio.Kind, audio.ReducedSizeRtcp));
        Assert.Equal([(111, "opus"), (63, "red")], audio.Codecs.Select(codec => ((int)codec.PayloadType, codec.Name)));
        Assert.Equal([new AnnouncedEncoding(527348111, null)], audio.Encodings);
        Assert.Equal([HeaderExtension.AudioLevel, HeaderExtension.AbsoluteSendTime, HeaderExtension.TransportSequence, HeaderExtension.Mid], audio.Extensions.Entries.Select(entry => entry.Extension));

        Assert.Equal(["q", "h", "f"], video.Rids);
        Assert.Empty(video.Encodings);
        Assert.Equal(
            [(96, 97), (102, 103), (104, 107), (108, 109), (114, 115), (116, 117), (39, 40), (45, 46), (98, 99), (100, 101)],
            video.Codecs.Select(codec => ((int)codec.PayloadType, (int)codec.RetransmissionPayloadType!)));
        Assert.All(video.Codecs, codec => Assert.Equal(["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"], codec.Feedback));
        Assert.Equal((4, 10, 11, 12), (video.Extensions.IdOf(HeaderExtension.Mid), video.Extensions.IdOf(HeaderExtension.RtpStreamId),
            video.Extensions.IdOf(HeaderExtension.RepairedRtpStreamId), video.Extensions.IdOf(HeaderExtension.DependencyDescriptor)));
        Assert.Equal("a0b2ab95-c842-4df2-98fc-903d069293a2", session.Received[1].Msid!.TrackId);

        Assert.Equal(MediaDirection.ReceiveOnly, answer.Sections[1].Direction);
        Assert.Contains("a=simulcast:recv q;h;f\r\n", answer.ToString(), StringComparison.Ordinal);
        Assert.Equal([false, false, false], answer.Sections[1].Rids.Select(rid => rid.Sends));
        Assert.Null(answer.Sections[0].Transport.TlsId);

        var transport = session.Transport!;
        Assert.Equal("8DNN", transport.Remote.Ufrag);
        Assert.Equal(4, transport.RemoteCandidates.Length);
        Assert.Contains(transport.RemoteCandidates, candidate => Equals(candidate.EndPoint, IPEndPoint.Parse("192.0.2.2:52957")));
        Assert.Equal(Exchange.PeerFingerprint, transport.Fingerprints.Single().ToString());
        Assert.True(transport.MixedExtensions);
        Assert.Equal(HeaderExtension.AudioLevel, transport.Extensions[1]);
        Assert.Equal(HeaderExtension.TransmissionOffset, transport.Extensions[14]);
    }

    [Fact]
    public void A_subscriber_in_Chromium_that_hides_its_addresses()
    {
        var (answer, session) = Exchange.Negotiation(Filling).Answered(Capture.Read("chromium-offer-recvonly-mdns"));
        Assert.Empty(session.Received);
        Assert.Equal([MediaKind.Audio, MediaKind.Video], session.Sent.Select(sent => sent.Parameters.Kind));
        Assert.All(session.Sent, sent => Assert.True(sent.IsActive));
        // Sound and picture in step: one stream.
        Assert.Single(answer.Sections.Select(section => section.Msids.Single().StreamId).Distinct());
        Assert.Equal(2, answer.Sections.Select(section => section.Msids.Single().TrackId).Distinct().Count());
        var video = session.Sent[1].Parameters;
        Assert.NotNull(video.RetransmissionSsrc);
        Assert.Equal([new SourceGroup("FID", [video.Ssrc, video.RetransmissionSsrc!.Value])], answer.Sections[1].SourceGroups.Select(group => group with { Sources = [.. group.Sources] }), SameGroup);
        Assert.All(answer.Sections[1].Sources, source => Assert.Equal(video.Cname, source.Cname));
        Assert.Null(session.Sent[0].Parameters.RetransmissionSsrc);
        Assert.Equal(session.Sent[0].Parameters.Cname, video.Cname);
        Assert.All(session.Transport!.RemoteCandidates, candidate => Assert.Null(candidate.EndPoint));
        Assert.Equal(2, session.Transport.RemoteCandidates.Length);
    }

    [Fact]
    public void A_data_channel_before_the_media_is_rejected_and_the_media_goes_on()
    {
        var (answer, session) = Exchange.Negotiation().Answered(Capture.Read("chromium-offer-data-first"));
        Assert.Equal([new RejectedSection(1, "1", SectionRejection.UnknownMedia)], session.Rejected);
        Assert.Equal(0, answer.Sections[1].Port);
        Assert.Equal(["webrtc-datachannel"], answer.Sections[1].Formats);
        Assert.Equal(["0"], answer.Groups.Single().Mids);
    }

    [Fact]
    public void Scalable_codecs_of_Chromium_keep_their_parameters()
    {
        var (answer, session) = Exchange.Negotiation().Answered(Capture.Read("chromium-offer-av1-vp9-svc"));
        Assert.Equal(["AV1", "VP9", "VP9"], session.Received.Single().Parameters.Codecs.Select(codec => codec.Name));
        Assert.Equal(["level-idx=5;profile=0;tier=0", "profile-id=0", "profile-id=2"], session.Received.Single().Parameters.Codecs.Select(codec => codec.Format));
        Assert.Equal(["45", "46", "98", "99", "100", "101"], answer.Sections.Single().Formats);
        Assert.Empty(session.Received.Single().Parameters.Rids);
    }

    [Fact]
    public void Two_byte_ids_of_Chromium_are_taken_where_mixing_is_allowed()
    {
        var (answer, session) = Exchange.Negotiation().Answered(Capture.Read("chromium-offer-all-extensions"));
        Assert.True(answer.MixedExtensions);
        Assert.Equal(17, session.Received[1].Parameters.Extensions.IdOf(HeaderExtension.DependencyDescriptor));
        Assert.DoesNotContain(answer.Sections[1].Extensions, mapping => mapping.Uri.Contains("encrypt", StringComparison.Ordinal));
    }

    [Fact]
    public void A_publisher_in_GStreamer_with_a_bundled_section_without_port()
    {
        var offer = Capture.Read("gstreamer-offer-send-h264");
        Assert.True(offer.Sections[1] is { Port: 0, BundleOnly: true, IsRejected: false });
        var (answer, session) = Exchange.Negotiation().Answered(offer);
        Assert.Equal(["audio0", "video1"], session.Received.Select(track => track.Parameters.Mid));
        Assert.Equal("webrtctransceiver1", session.Received[1].Msid!.TrackId);
        Assert.Single(session.Received[1].Parameters.Encodings);
        // Its parameter sets are its own affair, and nothing of ours.
        Assert.Equal("level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42c015", answer.Sections[1].Payloads.Single().Format);
        Assert.Null(answer.Sections[0].Payloads.Single().Format);
        Assert.False(answer.Sections[1].BundleOnly);
        Assert.Equal(9, session.Transport!.RemoteCandidates.Length);
    }

    [Fact]
    public void A_publisher_in_aiortc_that_gives_one_id_two_meanings()
    {
        var (_, session) = Exchange.Negotiation().Answered(Capture.Read("aiortc-offer-audio-video-data"));
        var (audio, video) = (session.Received[0].Parameters, session.Received[1].Parameters);
        Assert.Equal(2, audio.Extensions.IdOf(HeaderExtension.AudioLevel));
        Assert.Equal([HeaderExtension.Mid], video.Extensions.Entries.Select(entry => entry.Extension));
        Assert.Equal([new AnnouncedEncoding(1534182801, 1839700477)], video.Encodings);
        Assert.Equal("a77c", session.Transport!.Remote.Ufrag);
        Assert.True(session.Transport.RemoteCandidatesComplete);
        Assert.False(audio.ReducedSizeRtcp);
    }

    [Fact]
    public void A_publisher_in_Pion_without_mids_in_its_packets()
    {
        var (_, session) = Exchange.Negotiation().Answered(Capture.Read("pion-offer-sendonly"));
        Assert.All(session.Received, track => Assert.Equal(0, track.Parameters.Extensions.IdOf(HeaderExtension.Mid)));
        Assert.Equal([new AnnouncedEncoding(465617076, null)], session.Received[0].Parameters.Encodings);
        Assert.Equal([new AnnouncedEncoding(3269060613, null)], session.Received[1].Parameters.Encodings);
        Assert.DoesNotContain(session.Received[1].Parameters.Codecs, codec => codec.Format == "profile-id=1");
        Assert.Contains(session.Received[1].Parameters.Codecs, codec => codec.Format is { } format && format.Contains("640032", StringComparison.Ordinal));
        // Component 2 is of the time before rtcp-mux.
        Assert.Equal(2, session.Transport!.RemoteCandidates.Length);
    }

    [Fact]
    public void A_publisher_shaped_like_Firefox_with_three_layers()
    {
        var (answer, session) = Exchange.Negotiation().Answered(Capture.Read("firefox-shaped-offer-simulcast"));
        var (audio, video) = (session.Received[0].Parameters, session.Received[1].Parameters);
        Assert.Equal(["f", "h", "q"], video.Rids);
        Assert.Equal(["VP8", "VP9", "H264", "H264"], video.Codecs.Select(codec => codec.Name));
        Assert.Null(video.Codecs[0].Format);
        Assert.Equal("maxplaybackrate=48000;stereo=1;useinbandfec=1", audio.Codecs.Single().Format);
        // Its direction is the other one in our description; what it only receives is nothing to us who receive.
        Assert.Equal(MediaDirection.ReceiveOnly, answer.Sections[1].Extensions.Single(mapping => mapping.Id == 8).Direction);
        Assert.Equal(8, video.Extensions.IdOf(HeaderExtension.RtpStreamId));
        Assert.Equal(0, video.Extensions.IdOf(HeaderExtension.PlayoutDelay));
        Assert.False(answer.MixedExtensions);
        Assert.True(video.ReducedSizeRtcp && !audio.ReducedSizeRtcp);
    }

    [Theory]
    [InlineData("firefox-shaped-offer-recvonly", "VP8 VP9 H264 H264 H264 H264 AV1", 120)]
    [InlineData("safari-shaped-offer-recvonly", "H264 H264 VP8", 103)]
    public void A_player_shaped_like_Firefox_or_Safari(string name, string codecs, int vp8)
    {
        var (answer, session) = Exchange.Negotiation(Filling).Answered(Capture.Read(name));
        Assert.Empty(session.Received);
        Assert.Equal([MediaKind.Audio, MediaKind.Video], session.Sent.Select(track => track.Parameters.Kind));
        Assert.All(session.Sent, static track => Assert.True(track.IsActive));
        var video = session.Sent[1].Parameters;
        Assert.Equal(codecs, string.Join(' ', video.Codecs.Select(codec => codec.Name)));
        // Losses are mended in a stream of their own, and the way is measured by every packet's arrival.
        Assert.All(video.Codecs, static codec => Assert.NotNull(codec.RetransmissionPayloadType));
        Assert.NotNull(video.RetransmissionSsrc);
        Assert.NotEqual(0, video.Extensions.IdOf(HeaderExtension.TransportSequence));
        Assert.NotEqual(0, video.Extensions.IdOf(HeaderExtension.Mid));
        // A publisher of VP8 is sent on under the player's own number.
        var sent = new CodecParameters { PayloadType = 96, Name = "VP8", ClockRate = 90_000 };
        Assert.Equal(vp8, PayloadFormats.Choose(sent, video.Codecs)!.PayloadType);
        Assert.All(answer.Sections, static section => Assert.Equal(MediaDirection.SendOnly, section.Direction));
        Assert.Contains($"a=ssrc-group:FID {video.Ssrc} {video.RetransmissionSsrc}\r\n", answer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_shaped_like_Safari_that_likes_H265_best()
    {
        var (_, session) = Exchange.Negotiation().Answered(Capture.Read("safari-shaped-offer"));
        Assert.Equal([(96, "H264"), (98, "H264"), (103, "VP8")], session.Received[1].Parameters.Codecs.Select(codec => ((int)codec.PayloadType, codec.Name)));
        Assert.Equal([new AnnouncedEncoding(3484573401, 1299483577)], session.Received[1].Parameters.Encodings);
        Assert.Single(session.Transport!.RemoteCandidates, candidate => candidate.EndPoint is not null);
    }

    private static bool SameGroup(SourceGroup one, SourceGroup other) => one.Semantics == other.Semantics && one.Sources.SequenceEqual(other.Sources);

    private static HashSet<string> Feedback(MediaDescription offered, CodecParameters ours) =>
        offered.Payloads.Single(theirs => theirs.PayloadType == ours.PayloadType).Feedback.ToHashSet(StringComparer.Ordinal);
}
