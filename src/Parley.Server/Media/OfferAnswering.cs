// Answers the offers of publishers and subscribers, and says in words what does not fit.
using System.Collections.Immutable;
using Parley.Media.Engine;
using Parley.Media.Rtp;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;
using Parley.Media.Udp;
using Parley.Media.Udp.Workers;

namespace Parley.Server.Media;

/// <summary>Negotiates for one media server. The candidates are the same for everybody.</summary>
internal sealed class OfferAnswering(MediaServer server)
{
    private readonly IMediaRandom _random = new CryptographicRandom();

    private readonly ImmutableArray<IceCandidate> _candidates =
        HostCandidates.Of([.. server.Candidates.Select(EndPointOf)], [.. server.TcpCandidates.Select(EndPointOf)]);

    /// <summary>Answers a publisher.</summary>
    /// <returns>The negotiation and the answer, or why there is none.</returns>
    public Answered ForPublisher(SessionDescription offer) =>
        Answer(offer, New(receives: true), static session => session.Received.IsEmpty ? "The offer has no audio or video to send." : null);

    /// <summary>Answers a subscriber of one publisher: a section for each of its tracks, as far as the offer has any.</summary>
    public Answered ForSubscriber(SessionDescription offer, string publisher, IReadOnlyList<ReceivedTrack> tracks)
    {
        var negotiation = New(receives: false, CapabilitiesOf(tracks));
        foreach (var track in tracks)
            negotiation.AddTrack(new OutgoingTrack(track.Parameters.Mid, track.Parameters.Kind) { StreamId = publisher });
        return Answer(offer, negotiation, static session => NothingReceived(session) ? "The offer asks for nothing of what the publisher sends." : null);
    }

    /// <summary>Answers a subscriber to whoever publishes: every section is a slot.</summary>
    public Answered ForEverybody(SessionDescription offer) =>
        Answer(offer, New(receives: false, fillsSections: true), static session => NothingReceived(session) ? "The offer has no audio or video to receive." : null);

    private static System.Net.IPEndPoint EndPointOf(TransportAddress own) => new(own.ToIPAddress(), own.Port);

    private static bool NothingReceived(NegotiatedSession session) => !session.Sent.Any(static track => track.IsActive);

    private static Answered Answer(SessionDescription offer, PeerNegotiation negotiation, Func<NegotiatedSession, string?> findFault)
    {
        if (!negotiation.TryAnswer(offer, out var answer, out var error))
            return new Answered(negotiation, null, error!.Message);
        var session = negotiation.Session!;
        var fault = session.Transport is null ? "Nothing of the offer can be accepted." : findFault(session);
        if (fault is null)
            return new Answered(negotiation, answer!.ToString(), null);
        var sections = session.Rejected.Select(static section => $"section {section.Index} ({section.Mid ?? "no mid"}): {Explain(section.Reason)}");
        return new Answered(negotiation, null, string.Join(' ', [fault, .. sections.Take(8).Select(static section => $"{section}.")]));
    }

    private static string Explain(SectionRejection reason) => reason switch
    {
        SectionRejection.Stopped => "it is stopped",
        SectionRejection.UnknownMedia => "it is neither audio nor video",
        SectionRejection.UnknownProtocol => "its protocol is not RTP over DTLS (UDP/TLS/RTP/SAVPF)",
        SectionRejection.NoMid => "it has no mid of at most 16 characters",
        SectionRejection.NotBundled => "it is not in the BUNDLE group",
        SectionRejection.NotMultiplexed => "it has no a=rtcp-mux",
        SectionRejection.NoCommonCodec => "it has no codec in common with what is sent and taken here",
        _ => "it is rejected",
    };

    /// <summary>What the tracks may carry: a subscriber is promised nothing that their publisher never sends.</summary>
    private static MediaCapabilities CapabilitiesOf(IReadOnlyList<ReceivedTrack> tracks)
    {
        var sent = tracks.SelectMany(static track => track.Parameters.Codecs).ToList();
        return MediaCapabilities.Default with
        {
            Codecs = [.. MediaCapabilities.Default.Codecs.Where(codec => sent.Exists(theirs => PayloadFormats.AreInterchangeable(theirs, Sample(codec))))],
        };
    }

    private static CodecParameters Sample(CodecCapability codec) =>
        new() { PayloadType = 0, Name = codec.Name, ClockRate = codec.ClockRate, Channels = codec.Channels, Format = codec.Format };

    private PeerNegotiation New(bool receives, MediaCapabilities? capabilities = null, bool fillsSections = false) => new(
        new NegotiationOptions
        {
            Fingerprint = server.Fingerprint,
            Candidates = _candidates,
            Capabilities = capabilities ?? MediaCapabilities.Default,
            Receives = receives,
            FillsSections = fillsSections,
        },
        _random);

    /// <summary>An answer, or the fault that stands in its place.</summary>
    internal sealed record Answered(PeerNegotiation Negotiation, string? Answer, string? Fault)
    {
        public NegotiatedTransport Transport => Negotiation.Session!.Transport!;
    }
}
