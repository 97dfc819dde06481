// Which sections share the one transport, and which of them describes it. RFC 9143 §7.
namespace Parley.Media.Sdp.Negotiation;

internal sealed class BundleAgreement
{
    private readonly SessionDescription _remote;
    private readonly HashSet<string> _mids;
    private readonly MediaDescription? _first;

    /// <summary>Finds the group that counts: the first one with a section that is not rejected.</summary>
    public BundleAgreement(SessionDescription remote)
    {
        _remote = remote;
        var live = remote.Sections.Where(static section => !section.IsRejected).ToList();
        var group = remote.Groups.FirstOrDefault(group =>
            group.Semantics == "BUNDLE" && group.Mids.Any(mid => live.Exists(section => section.Mid == mid)));
        // Without any group each section would have a transport of its own; we have one, and the first section gets it.
        var mids = group?.Mids ?? [.. live.Where(static section => section.Media is "audio" or "video").Select(static section => section.Mid).OfType<string>().Take(1)];
        Mids = mids;
        IsOffered = group is not null;
        _mids = new HashSet<string>(mids, StringComparer.Ordinal);
        _first = mids.Select(mid => live.Find(section => section.Mid == mid)).FirstOrDefault(static section => section is not null);
    }

    /// <summary>False where the peer has no group: an answer must not make one (RFC 9143 §7.3).</summary>
    public bool IsOffered { get; }

    /// <summary>The identifications of the group, in its order.</summary>
    public IReadOnlyList<string> Mids { get; }

    public bool Contains(MediaDescription section) => section.Mid is { } mid && _mids.Contains(mid);

    /// <summary>What is said once for the transport holds for every bundled section (RFC 9143 §9.3).</summary>
    public bool Multiplexes(MediaDescription section) => section.RtcpMux || _first is { RtcpMux: true };

    /// <summary>As <see cref="Multiplexes"/>, of reduced-size RTCP.</summary>
    public bool ReducesRtcp(MediaDescription section) => section.ReducedSizeRtcp || (!section.RtcpMux && _first is { ReducedSizeRtcp: true });

    /// <summary>
    /// The section whose transport is used: the first in the group that is accepted and has a port of its own. Its ICE and DTLS attributes
    /// count; where a peer wrote none there, those of another section of the group.
    /// </summary>
    public (MediaDescription Section, TransportDescription Transport) Tagged(Predicate<MediaDescription> isAccepted)
    {
        var accepted = Mids.Select(Find).OfType<MediaDescription>().Where(section => isAccepted(section)).ToList();
        var tagged = accepted.Find(static section => section.Port != 0) ?? accepted[0];
        var transport = _remote.TransportOf(tagged);
        if (transport.Ufrag is null)
            transport = Mids.Select(Find).OfType<MediaDescription>().Select(_remote.TransportOf).FirstOrDefault(static other => other.Ufrag is not null) ?? transport;
        return (tagged, transport);
    }

    private MediaDescription? Find(string mid) => _remote.Sections.FirstOrDefault(section => section.Mid == mid && !section.IsRejected);
}
