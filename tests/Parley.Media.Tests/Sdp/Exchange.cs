// Short ways for tests: read a text that must be good, write descriptions of a few lines, and negotiate with what is usual.
using System.Net;
using Parley.Media.Dtls;
using Parley.Media.Rtp;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Sdp;

internal static class Exchange
{
    public const string PeerFingerprint =
        "sha-256 A6:C4:1A:EE:14:98:5C:F3:06:D2:F4:13:9A:0C:1C:E5:77:A9:EB:E9:AF:A8:36:5A:C2:82:E1:78:38:B2:1B:E8";

    public const string PeerTransport =
        $"""
        a=ice-ufrag:8DNN
        a=ice-pwd:lx+7guAsNTkr6mwgkYBIOPuB
        a=fingerprint:{PeerFingerprint}
        a=setup:actpass
        """;

    public static readonly Fingerprint OurFingerprint = Fingerprint.Of([1, 2, 3]);

    /// <summary>A text as a peer would send it: CR LF at the ends of lines.</summary>
    public static string Text(string lines) => lines.ReplaceLineEndings("\r\n") + "\r\n";

    public static SessionDescription Read(string text)
    {
        Assert.True(SessionDescription.TryParse(text, out var description, out var error), error?.ToString());
        Assert.Null(error);
        return description!;
    }

    public static SdpError Refused(string text)
    {
        Assert.False(SessionDescription.TryParse(text, out var description, out var error));
        Assert.Null(description);
        return error!;
    }

    /// <summary>The sections of an offer, after the lines that every session has.</summary>
    public static SessionDescription Offer(string sections, string session = "a=group:BUNDLE 0 1", string transport = PeerTransport) =>
        Read(Text($"v=0\no=- 5530836877918015818 2 IN IP4 127.0.0.1\ns=-\nt=0 0\n{session}\n{transport}\n{sections}"));

    public static string Audio(string mid = "0", string direction = "sendrecv", string more = "") =>
        Lines($"m=audio 9 UDP/TLS/RTP/SAVPF 111\nc=IN IP4 0.0.0.0\na=mid:{mid}\na={direction}\na=rtcp-mux\na=rtpmap:111 opus/48000/2\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid", more);

    public static string Video(string mid = "1", string direction = "sendrecv", string more = "") =>
        Lines($"m=video 9 UDP/TLS/RTP/SAVPF 96 97\nc=IN IP4 0.0.0.0\na=mid:{mid}\na={direction}\na=rtcp-mux\na=rtcp-rsize\na=rtpmap:96 VP8/90000\na=rtcp-fb:96 nack\na=rtcp-fb:96 nack pli\na=rtpmap:97 rtx/90000\na=fmtp:97 apt=96\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid", more);

    public static NegotiationOptions Options { get; } = new()
    {
        Fingerprint = OurFingerprint,
        Candidates = HostCandidates.Of(
            [new(IPAddress.Parse("198.51.100.1"), 7882), new(IPAddress.Parse("2001:db8::1"), 7882)], [new(IPAddress.Parse("198.51.100.1"), 7882)]),
    };

    public static PeerNegotiation Negotiation(NegotiationOptions? options = null, int seed = 1) => new(options ?? Options, new SeededRandom(seed));

    public static OutgoingTrack Track(string id, MediaKind kind = MediaKind.Video, string? mid = null) => new(id, kind) { StreamId = "s", Mid = mid };

    public static (SessionDescription Answer, NegotiatedSession Session) Answered(this PeerNegotiation negotiation, SessionDescription offer)
    {
        Assert.True(negotiation.TryAnswer(offer, out var answer, out var error), error?.ToString());
        Assert.Null(error);
        // What is tested is what goes over the wire.
        return (Read(answer!.ToString()), negotiation.Session!);
    }

    public static NegotiationErrorCode RefusedOffer(this PeerNegotiation negotiation, SessionDescription offer)
    {
        Assert.False(negotiation.TryAnswer(offer, out var answer, out var error));
        Assert.Null(answer);
        Assert.NotEqual("", error!.Message);
        return error.Code;
    }

    public static NegotiatedSession Accepted(this PeerNegotiation negotiation, SessionDescription answer)
    {
        Assert.True(negotiation.TryAcceptAnswer(answer, out var error), error?.ToString());
        Assert.Null(error);
        return negotiation.Session!;
    }

    public static SessionDescription Offered(this PeerNegotiation negotiation) => Read(negotiation.CreateOffer().ToString());

    private static string Lines(string lines, string more) => more.Length == 0 ? lines : $"{lines}\n{more}";
}
