// The sections of our own offer: those that are, and new ones for what has none yet. RFC 9429 §5.2.1 and §5.2.2.
using System.Collections.Immutable;
using System.Globalization;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp.Negotiation;

internal sealed class OfferSections(MediaCapabilities capabilities, PayloadTypes payloadTypes, ExtensionAgreement extensions, Func<uint> newSsrc)
{
    private readonly HashSet<string> _mids = new(StringComparer.Ordinal);

    /// <summary>All sections of the offer. What finds no place within <see cref="SdpLimits.MaxSections"/> waits for a later one.</summary>
    public ImmutableArray<NegotiatedSection> Make(ImmutableArray<NegotiatedSection> present, IEnumerable<OutgoingTrack> tracks, IEnumerable<IncomingSlot> slots)
    {
        _mids.UnionWith(present.Select(static section => section.Mid).OfType<string>());
        var sections = present.Select(Again).ToList();
        foreach (var track in tracks.Where(track => !sections.Exists(section => section.Track == track)))
            Add(sections, New(track.Kind, track.Mid) with { Track = track, Ssrc = newSsrc(), RetransmissionSsrc = newSsrc(), Wanted = MediaDirection.SendOnly });
        foreach (var slot in slots.Where(slot => !sections.Exists(section => section.Slot == slot)))
            Add(sections, New(slot.Kind, slot.Mid) with { Slot = slot, Wanted = MediaDirection.ReceiveOnly, Rids = [.. slot.Rids.Select(static rid => new RidDescription(rid, Sends: false))] });
        return [.. sections];
    }

    /// <summary>A section that is there already, offered as it was agreed.</summary>
    private static NegotiatedSection Again(NegotiatedSection section)
    {
        if (section.IsRejected)
            return section;
        return section with { Wanted = MediaDirections.Of(section.Track is not null, section.WantsToReceive(section.Wanted.Receives())) };
    }

    /// <summary>Takes the place of a rejected section, or the next one (RFC 9429 §5.2.2: m-line recycling).</summary>
    private void Add(List<NegotiatedSection> sections, NegotiatedSection section)
    {
        if (!HasPlace(sections, section.Kind))
            return;
        var place = sections.FindIndex(other => other.IsRecyclable && other.Kind == section.Kind);
        var mid = section.Mid is { } wished && _mids.Add(wished) ? wished : NextMid();
        var full = section with { Mid = mid, LocalCodecs = payloadTypes.Offer(section.Kind, capabilities, section.Track?.Codecs ?? []), Extensions = extensions.Offer(section.Kind, section.Wanted.Receives()) };
        if (place < 0)
            sections.Add(full);
        else
            sections[place] = full;
    }

    /// <summary>True when a section of this kind can be added.</summary>
    public static bool HasPlace(IReadOnlyCollection<NegotiatedSection> sections, MediaKind kind) =>
        sections.Count < SdpLimits.MaxSections || sections.Any(section => section.IsRecyclable && section.Kind == kind);

    private static NegotiatedSection New(MediaKind kind, string? mid) => new()
    {
        Media = kind == MediaKind.Audio ? "audio" : "video",
        Mid = mid,
        IsOurs = true,
        MixedExtensions = true,
        ReducedSizeRtcp = true,
    };

    private string NextMid()
    {
        for (var number = 0; ; number++)
        {
            var mid = number.ToString(CultureInfo.InvariantCulture);
            if (_mids.Add(mid))
                return mid;
        }
    }
}
