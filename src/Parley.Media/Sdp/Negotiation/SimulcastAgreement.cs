// Which layers of a track are received, and by what they are told apart. RFC 8853 §5.3, RFC 8851 §6, RFC 5576 §4.2.
using System.Collections.Immutable;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp.Negotiation;

internal static class SimulcastAgreement
{
    // More sources than any track has; a publisher's announcement is a hint, not a claim on memory.
    private const int MaxEncodings = 16;

    // Restrictions bind the sender; one that we do not know might mean something for the receiver (RFC 8851 §6.3).
    private static readonly ImmutableArray<string> Restrictions = ["max-width", "max-height", "max-fps", "max-fs", "max-br", "max-pps", "max-bpp", "depend"];

    /// <summary>The layers of a remote section that we receive, as our description names them; empty without simulcast.</summary>
    public static ImmutableArray<RidDescription> Layers(MediaDescription remote, IReadOnlyCollection<CodecParameters> codecs, int most)
    {
        if (remote.Simulcast is not { } simulcast)
            return [];
        var layers = ImmutableArray.CreateBuilder<RidDescription>();
        foreach (var stream in simulcast.Send)
        {
            var layer = stream.Alternatives.Select(encoding => Accept(encoding.Rid, remote, codecs)).FirstOrDefault(static rid => rid is not null);
            if (layer is not null && layers.Count < most && layers.All(other => other.Id != layer.Id))
                layers.Add(layer);
        }

        return layers.ToImmutable();
    }

    /// <summary>Sources that the peer announced: media, each with its retransmissions. Simulcast of the time before rid is in the order of its group.</summary>
    public static ImmutableArray<AnnouncedEncoding> Encodings(MediaDescription remote)
    {
        var repairs = new Dictionary<uint, uint>();
        var others = new HashSet<uint>();
        foreach (var group in remote.SourceGroups)
        {
            if (group is { Semantics: "FID", Sources: [var media, var repair] })
                repairs.TryAdd(media, repair);
            if (group.Semantics is not "SIM")
                others.UnionWith(group.Sources.Skip(1));
        }

        var layered = remote.SourceGroups.FirstOrDefault(static group => group.Semantics == "SIM")?.Sources ?? [];
        var sources = layered.Concat(remote.Sources.Select(static source => source.Ssrc)).Where(ssrc => !others.Contains(ssrc)).Distinct();
        return [.. sources.Take(MaxEncodings).Select(ssrc => new AnnouncedEncoding(ssrc, repairs.TryGetValue(ssrc, out var repair) ? repair : null))];
    }

    private static RidDescription? Accept(string id, MediaDescription remote, IReadOnlyCollection<CodecParameters> codecs)
    {
        if (remote.Rids.FirstOrDefault(rid => rid.Id == id && rid.Sends) is not { } offered)
            return null;
        if (!offered.Restrictions.All(static restriction => Restrictions.Contains(restriction.Split('=')[0], StringComparer.Ordinal)))
            return null;
        var payloadTypes = offered.PayloadTypes.Where(payloadType => codecs.Any(codec => codec.PayloadType == payloadType)).ToImmutableArray();
        return payloadTypes.IsEmpty && !offered.PayloadTypes.IsEmpty ? null : offered with { Sends = false, PayloadTypes = payloadTypes };
    }
}
