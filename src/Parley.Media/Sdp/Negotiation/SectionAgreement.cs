// One section of the peer's offer or answer, held against what we take. RFC 9429 §5.3.1 and §5.11.
using System.Collections.Immutable;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp.Negotiation;

internal sealed class SectionAgreement(NegotiationOptions options, SessionDescription remote, BundleAgreement bundle, ExtensionAgreement extensions)
{
    // RFC 9429 §5.1.2: all of them mean RTP over DTLS with feedback.
    private static readonly ImmutableArray<string> Protocols =
        ["UDP/TLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP", "TCP/DTLS/RTP/SAVP", "TCP/TLS/RTP/SAVPF", "RTP/SAVPF", "RTP/SAVP"];

    // The longest that fits into a one-byte header extension (RFC 8285 §4.2).
    private const int MaxMid = 16;

    private readonly CodecAgreement _codecs = new(options.Capabilities);
    private readonly HashSet<uint> _announced = [];

    /// <summary>Our side of an offered section, without what we send on it. <paramref name="before"/> is what stood in its place.</summary>
    public NegotiatedSection WithOffer(MediaDescription offered, NegotiatedSection? before)
    {
        var isNew = before is null || before.IsRejected;
        var section = new NegotiatedSection
        {
            Media = offered.Media,
            Protocol = offered.Protocol,
            Formats = offered.Formats,
            Mid = offered.Mid,
            IsEstablished = true,
        };
        if (Refusal(offered) is var refusal and not SectionRejection.None)
            return section.Reject(refusal);
        var codecs = _codecs.WithRemote(offered, section.Kind);
        if (codecs.IsEmpty)
            return section.Reject(SectionRejection.NoCommonCodec);
        var mixed = offered.MixedExtensions || remote.MixedExtensions;
        section = section with
        {
            IsOurs = !isNew && before!.IsOurs,
            IsVacated = !isNew && before!.IsVacated,
            Track = isNew ? null : before!.Track,
            Ssrc = isNew ? 0 : before!.Ssrc,
            RetransmissionSsrc = isNew ? 0 : before!.RetransmissionSsrc,
            Slot = isNew ? null : before!.Slot,
            IsSentByPeer = offered.Direction.Sends() && options.Receives && (isNew || before is { Slot: null, HasLostSlot: false }),
            HasLostSlot = !isNew && before!.HasLostSlot && offered.Direction.Sends(),
            LocalCodecs = CodecAgreement.Answer(codecs),
            RemoteCodecs = codecs,
            Extensions = extensions.WithOffer(offered, section.Kind, mixed),
            MixedExtensions = mixed,
            ReducedSizeRtcp = bundle.ReducesRtcp(offered),
        };
        return offered.Direction.Sends() && section.WantsToReceive(options.Receives) ? WithIncoming(section, offered) : section;
    }

    /// <summary>A section of ours with what the answer takes of it.</summary>
    public NegotiatedSection WithAnswer(NegotiatedSection ours, MediaDescription answer)
    {
        if (answer.IsRejected)
            return ours.Reject(SectionRejection.Stopped);
        var (local, codecs) = _codecs.WithAnswer(ours.LocalCodecs, answer, ours.Kind);
        var agreed = codecs.IsEmpty ? MediaDirection.Inactive : ours.Wanted & answer.Direction.Reversed();
        var section = ours with
        {
            IsEstablished = true,
            IsSentByPeer = ours.IsSentByPeer && agreed.Receives(),
            HasLostSlot = false,
            Agreed = agreed,
            LocalCodecs = codecs.IsEmpty ? ours.LocalCodecs : local,
            RemoteCodecs = codecs,
            Extensions = ExtensionAgreement.WithAnswer(ours.Extensions, answer),
            MixedExtensions = ours.MixedExtensions && (answer.MixedExtensions || remote.MixedExtensions),
            ReducedSizeRtcp = ours.ReducedSizeRtcp && bundle.ReducesRtcp(answer),
            Rids = [],
            Encodings = [],
            RemoteMsid = null,
        };
        if (!agreed.Receives())
            return section with { Rids = ours.Rids };
        var asked = ours.Rids.Select(static rid => rid.Id).ToHashSet(StringComparer.Ordinal);
        section = WithIncoming(section, answer);
        // Payload types there are the peer's, not those of our next offer.
        return section with { Rids = [.. section.Rids.Where(rid => asked.Contains(rid.Id)).Select(static rid => rid with { PayloadTypes = [] })] };
    }

    private SectionRejection Refusal(MediaDescription offered) => offered switch
    {
        { IsRejected: true } => SectionRejection.Stopped,
        { Media: not ("audio" or "video") } => SectionRejection.UnknownMedia,
        _ when !Protocols.Contains(offered.Protocol, StringComparer.Ordinal) => SectionRejection.UnknownProtocol,
        { Mid: null or { Length: > MaxMid } } => SectionRejection.NoMid,
        _ when !bundle.Contains(offered) => SectionRejection.NotBundled,
        _ when !bundle.Multiplexes(offered) => SectionRejection.NotMultiplexed,
        _ => SectionRejection.None,
    };

    private NegotiatedSection WithIncoming(NegotiatedSection section, MediaDescription theirs)
    {
        // Layers are told apart by a header extension; without it there is none but one.
        var layers = section.Extensions.Any(static mapping => HeaderExtensionUris.Find(mapping.Uri) == HeaderExtension.RtpStreamId && mapping.Direction.Receives())
            ? SimulcastAgreement.Layers(theirs, section.RemoteCodecs, options.Capabilities.MaxSimulcastLayers)
            : [];
        return section with
        {
            Rids = layers,
            // Of simulcast by rid the sources cannot be matched with the layers before they send.
            Encodings = layers.IsEmpty ? [.. SimulcastAgreement.Encodings(theirs).Where(encoding => _announced.Add(encoding.Ssrc))] : [],
            RemoteMsid = theirs.Msids.FirstOrDefault() ?? theirs.Sources.FirstOrDefault(static source => source.Msid is not null)?.Msid,
        };
    }
}
