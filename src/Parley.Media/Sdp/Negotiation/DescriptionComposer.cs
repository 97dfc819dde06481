// Writes our side of the sections as a description. RFC 9429 §5.2 and §5.3, RFC 9143 §7.
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Parley.Media.Dtls;
using Parley.Media.Ice;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp.Negotiation;

internal sealed class DescriptionComposer(NegotiationOptions options, string cname, string tlsId)
{
    private const int DiscardPort = 9;

    /// <summary>We take candidates as they come, and follow RFC 8445 rather than RFC 5245.</summary>
    public static readonly ImmutableArray<string> IceOptions = ["trickle", "ice2"];

    /// <summary>Writes a description.</summary>
    /// <param name="origin">Session and version.</param>
    /// <param name="sections">All sections, rejected ones included.</param>
    /// <param name="bundle">The order of the group; mids of rejected sections are left out.</param>
    /// <param name="local">Our ICE credentials.</param>
    /// <param name="role">Our DTLS role; null in an offer, which leaves it to the peer.</param>
    /// <param name="withTlsId">False when the peer's offer knows no tls-id.</param>
    public SessionDescription Compose(
        SessionOrigin origin, ImmutableArray<NegotiatedSection> sections, IEnumerable<string> bundle, IceCredentials local, DtlsRole? role, bool withTlsId)
    {
        var isMixed = sections.All(static section => section.IsRejected || section.MixedExtensions);
        var live = sections.Where(static section => !section.IsRejected).Select(static section => section.Mid!).ToHashSet(StringComparer.Ordinal);
        ImmutableArray<string> mids = [.. bundle.Where(live.Contains)];
        var transport = new TransportDescription
        {
            Ufrag = local.Ufrag,
            Password = local.Password,
            Fingerprints = [options.Fingerprint],
            Setup = role switch { null => DtlsSetup.ActivePassive, DtlsRole.Client => DtlsSetup.Active, _ => DtlsSetup.Passive },
            TlsId = withTlsId ? tlsId : null,
        };
        return new SessionDescription
        {
            Origin = origin,
            Groups = mids.IsEmpty ? [] : [new MediaGroup("BUNDLE", mids)],
            IceLite = true,
            MixedExtensions = isMixed && live.Count > 0,
            Transport = TransportDescription.Empty with { IceOptions = IceOptions },
            Sections = [.. sections.Select(section => section.IsRejected
                ? Rejected(section)
                : Live(section, transport, section.Mid == mids[0], isOffer: role is null) with { MixedExtensions = section.MixedExtensions && !isMixed })],
        };
    }

    private static MediaDescription Rejected(NegotiatedSection section) => new()
    {
        Media = section.Media,
        Port = 0,
        Protocol = section.Protocol,
        Formats = section.Formats,
        Connection = ConnectionAddress.Unspecified,
        Mid = section.Mid,
        Direction = MediaDirection.Inactive,
    };

    private MediaDescription Live(NegotiatedSection section, TransportDescription transport, bool isTagged, bool isOffer)
    {
        var payloads = CodecAgreement.ToPayloads(section.LocalCodecs);
        var direction = isOffer ? section.Wanted : section.Agreed;
        // A new section of an offer has no address of its own: who does not bundle rejects it (RFC 9143 §7.2.1).
        var bundleOnly = !isTagged && !section.IsEstablished;
        var (port, connection) = DefaultAddress();
        var description = new MediaDescription
        {
            Media = section.Media,
            Port = bundleOnly ? 0 : port,
            Protocol = section.Protocol,
            Formats = [.. payloads.Select(static payload => payload.PayloadType.ToString(System.Globalization.CultureInfo.InvariantCulture))],
            Connection = connection,
            Mid = section.Mid,
            Direction = direction,
            BundleOnly = bundleOnly,
            RtcpMux = true,
            RtcpMuxOnly = isOffer && isTagged,
            ReducedSizeRtcp = section.ReducedSizeRtcp,
            // RFC 9143 §7.1.3 has the transport in the tagged section alone. Peers do not: of each section Chromium wants a fingerprint,
            // aiortc credentials and GStreamer a setup. What they are for is the same, so we repeat it as browsers do.
            Transport = isTagged ? transport : transport with { TlsId = null },
            Candidates = isTagged ? options.Candidates : [],
            EndOfCandidates = isTagged,
            Payloads = payloads,
            Extensions = section.Extensions,
        };
        if (direction.Receives() && !section.Rids.IsEmpty)
            description = WithLayers(description, section.Rids);
        return direction.Sends() && section.Track is { } track ? WithTrack(description, section, track) : description;
    }

    private static MediaDescription WithLayers(MediaDescription description, ImmutableArray<RidDescription> rids) => description with
    {
        Rids = rids,
        Simulcast = new SimulcastDescription([], [.. rids.Select(static rid => new SimulcastStream([new SimulcastEncoding(rid.Id, Paused: false)]))]),
    };

    private MediaDescription WithTrack(MediaDescription description, NegotiatedSection section, OutgoingTrack track)
    {
        ImmutableArray<uint> sources = section.HasRetransmission ? [section.Ssrc, section.RetransmissionSsrc] : [section.Ssrc];
        return description with
        {
            Msids = [new StreamIdentification(track.StreamId, track.Id)],
            Sources = [.. sources.Select(ssrc => new SourceDescription(ssrc) { Cname = cname })],
            SourceGroups = sources.Length > 1 ? [new SourceGroup("FID", sources)] : [],
        };
    }

    /// <summary>The default candidate's address (RFC 8839 §4.1.3); the discard port when there is none of UDP.</summary>
    private (int Port, ConnectionAddress Address) DefaultAddress()
    {
        var candidate = options.Candidates.FirstOrDefault(static candidate => candidate.Protocol == IceProtocol.Udp);
        if (candidate?.EndPoint is not { } place)
            return (DiscardPort, ConnectionAddress.Unspecified);
        var family = place.AddressFamily == AddressFamily.InterNetworkV6 ? "IP6" : "IP4";
        return (place.Port, new ConnectionAddress(family, candidate.Address));
    }
}
