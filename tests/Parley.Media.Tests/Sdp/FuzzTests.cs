// No text brings anything but a result: every prefix of a capture, and captures that are changed at random. The seed of a failure is printed.
using System.Globalization;
using System.Text;
using Parley.Media.Rtp;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Sdp;

[Trait("Kind", "Fuzz")]
public sealed class FuzzTests
{
    private static readonly string[] Pieces =
    [
        "\r\n", "\n", ":", "=", " ", ";", ",", "/", "~", "0", "-1", "65536", "4294967296", "99999999999999999999", "\0", "\uD800", "é", "m=", "a=", "v=0", "a=mid:", "a=mid:0\r\n",
        "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n", "m=audio 0 RTP/AVP 0\r\n", "a=group:BUNDLE 0 1\r\n", "a=inactive\r\n", "a=bundle-only\r\n", "a=rtpmap:96 H264/90000\r\n", "a=fmtp:96 apt=96\r\n",
        "a=fmtp:63 63/63\r\n", "a=rtpmap:111 red/48000/2\r\n", "a=ssrc-group:FID 1 1\r\n", "a=ssrc-group:SIM 1 2 3\r\n", "a=ssrc:1 cname:x\r\n", "a=simulcast:send a;a;~a,b recv c\r\n", "a=rid:a send pt=96\r\n",
        "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\n", "a=extmap:15/recvonly urn:3gpp:video-orientation\r\n", "a=ice-ufrag:abcd\r\n", "a=setup:passive\r\n", "a=ice-lite\r\n",
        "a=candidate:1 1 udp 1 1.2.3.4 5 typ host\r\n", "a=fingerprint:sha-256 00\r\n", "a=rtcp-fb:* nack\r\n", "a=extmap-allow-mixed\r\n", "\t", "a=tls-id:aaaaaaaaaaaaaaaaaaaa\r\n",
    ];

    // One of each peer's; the others differ from them in what the random changes reach.
    public static TheoryData<string> OfEachPeer =>
    [
        "chromium-offer-simulcast-max-bundle", "chromium-answer-to-our-offer", "firefox-shaped-offer-simulcast", "safari-shaped-offer",
        "gstreamer-offer-send-h264", "aiortc-offer-audio-video-data", "pion-answer-to-our-offer",
    ];

    [Theory]
    [MemberData(nameof(OfEachPeer))]
    public void Every_length_of_a_capture_is_taken_or_refused(string name)
    {
        var text = Capture.Text(name);
        for (var length = 0; length < text.Length; length++)
            Take(text[..length], deep: length % 101 == 0);
    }

    [Theory]
    [MemberData(nameof(OfEachPeer))]
    public void A_capture_without_any_one_of_its_lines_is_taken_or_refused(string name)
    {
        var lines = Capture.Text(name).Split('\n');
        for (var left = 0; left < lines.Length; left++)
            Take(string.Join('\n', lines.Where((_, index) => index != left)), deep: true);
    }

    [Theory]
    [MemberData(nameof(Capture.All), MemberType = typeof(Capture))]
    public void A_capture_that_is_changed_at_random_is_taken_or_refused(string name)
    {
        foreach (var seed in FuzzSeeds.For(40))
        {
            try
            {
                Take(Mutate(Capture.Text(name), new Random(seed)), deep: true);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"PARLEY_FUZZ_SEED={seed} on {name}", error);
            }
        }
    }

    [Fact]
    public void Great_texts_cost_no_more_than_their_size()
    {
        // Each would take minutes if its lines were compared with each other.
        foreach (var line in (string[])["a=fmtp:96 a=b", "a=ssrc:{0} cname:x", "a=rid:r{0} send a=b;c=d", "a=x{0}:y", "a=rtcp-fb:96 {0}", "a=extmap:{0} urn:{0}", "a=group:BUNDLE {0}", "a=candidate:{0} 1 udp 1 1.2.3.4 5 typ host", "b=AS:{0}", "a=ssrc-group:FID {0} {0}"])
        {
            var text = new StringBuilder("v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\na=rtcp-mux\r\na=mid:0\r\n");
            for (var number = 0; text.Length < SdpLimits.MaxLength - 100; number++)
                text.Append(CultureInfo.InvariantCulture, $"{string.Format(CultureInfo.InvariantCulture, line, number)}\r\n");
            Take(text.ToString(), deep: true);
        }
    }

    private static void Take(string text, bool deep)
    {
        var isRead = SessionDescription.TryParse(text, out var description, out var error);
        Assert.Equal(isRead, description is not null);
        Assert.Equal(isRead, error is null);
        if (!deep)
            return;
        if (IceFragment.TryParse(text, out var fragment, out _))
            Assert.True(IceFragment.TryParse(fragment!.ToString(), out _, out var failed), failed?.ToString());
        if (description is null)
            return;
        var written = description.ToString();
        Assert.True(written.Length > SdpLimits.MaxLength || SessionDescription.TryParse(written, out _, out error), error?.ToString());
        Answer(description, fragment);
        Accept(description);
    }

    private static void Answer(SessionDescription offer, IceFragment? fragment)
    {
        var negotiation = Exchange.Negotiation(Exchange.Options with { FillsSections = true });
        negotiation.AddTrack(Exchange.Track("v"));
        var isTaken = negotiation.TryAnswer(offer, out var answer, out var refused);
        Assert.Equal(isTaken, answer is not null);
        Assert.Equal(isTaken, refused is null);
        if (!isTaken)
            return;
        Assert.Equal(offer.Sections.Length, Exchange.Read(answer!.ToString()).Sections.Length);
        Assert.All(negotiation.Session!.Received, track => Assert.InRange(track.Parameters.Mid.Length, 1, 16));
        Assert.All(negotiation.Session.Received, track => Assert.NotEmpty(track.Parameters.Codecs));
        if (fragment is not null)
        {
            negotiation.TryTrickle(fragment, out _);
            negotiation.TryRestartIce(fragment, out _, out _);
        }

        Assert.True(negotiation.TryAnswer(offer, out _, out refused) || negotiation.Session.Transport is not null, refused?.ToString());
        negotiation.AddSlot(new IncomingSlot("s", MediaKind.Video));
        Exchange.Read(negotiation.CreateOffer().ToString());
        negotiation.TryAcceptAnswer(offer, out _);
    }

    private static void Accept(SessionDescription answer)
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddTrack(Exchange.Track("a", MediaKind.Audio));
        negotiation.AddTrack(Exchange.Track("v"));
        negotiation.AddSlot(new IncomingSlot("cam", MediaKind.Video) { Rids = ["q", "h", "f"] });
        negotiation.AddSlot(new IncomingSlot("mic", MediaKind.Audio));
        negotiation.CreateOffer();
        Assert.NotEqual(negotiation.TryAcceptAnswer(answer, out _), negotiation.IsOfferPending);
        negotiation.TryAnswer(answer, out _, out _);
    }

    private static string Mutate(string text, Random random)
    {
        var mutated = new StringBuilder(text);
        for (var change = random.Next(1, 12); change > 0 && mutated.Length > 0; change--)
        {
            var place = random.Next(mutated.Length);
            switch (random.Next(6))
            {
                case 0:
                    mutated[place] = (char)random.Next(128);
                    break;
                case 1:
                    mutated.Remove(place, Math.Min(random.Next(40), mutated.Length - place));
                    break;
                case 2:
                    var length = Math.Min(random.Next(200), mutated.Length - place);
                    mutated.Insert(random.Next(mutated.Length), mutated.ToString(place, length));
                    break;
                case 3:
                    var lines = mutated.ToString().Split("\r\n");
                    var (from, to) = (random.Next(lines.Length), random.Next(lines.Length));
                    (lines[from], lines[to]) = (lines[to], lines[from]);
                    mutated.Clear().AppendJoin("\r\n", lines);
                    break;
                case 4:
                    // A line where it may stand, rather than in the midst of another.
                    var end = mutated.ToString().IndexOf('\n', place) + 1;
                    mutated.Insert(end, Pieces[random.Next(Pieces.Length)]);
                    break;
                default:
                    mutated.Insert(place, Pieces[random.Next(Pieces.Length)]);
                    break;
            }
        }

        return mutated.ToString();
    }
}
