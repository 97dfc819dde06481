// One media section as it stands between both ends. Immutable: an exchange that fails leaves the old ones as they are.
using System.Collections.Immutable;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp.Negotiation;

internal sealed record NegotiatedSection
{
    public required string Media { get; init; }

    public string Protocol { get; init; } = "UDP/TLS/RTP/SAVPF";

    /// <summary>The formats of a rejected section, which an <c>m=</c> line must have even then.</summary>
    public ImmutableArray<string> Formats { get; init; } = ["0"];

    public string? Mid { get; init; }

    public SectionRejection Rejection { get; init; }

    /// <summary>True when our own offer made it.</summary>
    public bool IsOurs { get; init; }

    /// <summary>True when both ends have agreed on it, be it on its rejection; false while that is in an offer of ours for the first time.</summary>
    public bool IsEstablished { get; init; }

    /// <summary>True when a track or slot of ours was taken from it, and the peer does not know yet.</summary>
    public bool IsVacated { get; init; }

    /// <summary>What we want, in our own view.</summary>
    public MediaDirection Wanted { get; init; }

    /// <summary>What both want, in our own view.</summary>
    public MediaDirection Agreed { get; init; }

    /// <summary>The codecs by our payload types and with our format parameters.</summary>
    public ImmutableArray<CodecParameters> LocalCodecs { get; init; } = [];

    /// <summary>The same codecs by the peer's payload types and with its format parameters.</summary>
    public ImmutableArray<CodecParameters> RemoteCodecs { get; init; } = [];

    /// <summary>Header extensions as our description has them.</summary>
    public ImmutableArray<ExtensionMapping> Extensions { get; init; } = [];

    public bool MixedExtensions { get; init; }

    public bool ReducedSizeRtcp { get; init; }

    public OutgoingTrack? Track { get; init; }

    public uint Ssrc { get; init; }

    public uint RetransmissionSsrc { get; init; }

    public IncomingSlot? Slot { get; init; }

    /// <summary>True when the peer wants to send on it by its own offer, be the section ours: addTrack in browsers takes what is there.</summary>
    public bool IsSentByPeer { get; init; }

    /// <summary>True after its slot was taken back, until the peer knows: that it goes on sending is no wish of its own.</summary>
    public bool HasLostSlot { get; init; }

    /// <summary>The layers that we receive.</summary>
    public ImmutableArray<RidDescription> Rids { get; init; } = [];

    public ImmutableArray<AnnouncedEncoding> Encodings { get; init; } = [];

    public StreamIdentification? RemoteMsid { get; init; }

    public bool IsRejected => Rejection != SectionRejection.None;

    public MediaKind Kind => Media == "audio" ? MediaKind.Audio : MediaKind.Video;

    /// <summary>True when a section of the same kind may take its place (RFC 9429 §5.2.2): it is rejected, and both ends know it.</summary>
    public bool IsRecyclable => IsRejected && IsEstablished && Media is "audio" or "video";

    public bool HasRetransmission => LocalCodecs.Any(static codec => codec.RetransmissionPayloadType is not null);

    /// <summary>The extensions of one direction: those that are for it.</summary>
    public HeaderExtensionMap ExtensionsOf(MediaDirection direction) => new(
        Extensions.Where(mapping => (mapping.Direction & direction) == direction).Select(static mapping => (mapping.Id, HeaderExtensionUris.Find(mapping.Uri))));

    /// <summary>True when the peer may send on it: on our slots, and on what it offers to send on when we receive at all.</summary>
    public bool WantsToReceive(bool receives) => Slot is not null || (receives && (!IsOurs || IsSentByPeer));

    /// <summary>The section when it is rejected or stopped: what it carried is gone.</summary>
    public NegotiatedSection Reject(SectionRejection reason, bool isEstablished = true) => new()
    {
        Media = Media,
        Protocol = Protocol,
        Formats = Formats,
        Mid = Mid,
        Rejection = reason,
        IsEstablished = isEstablished,
    };

    /// <summary>
    /// The section when what was taken from it has had its effect: stopped, if it is ours and was for that alone. The peer learns it by the
    /// description that is being written; by an answer it is agreed at once.
    /// </summary>
    public NegotiatedSection Cleared(bool inAnswer) => this switch
    {
        { IsRejected: true } => this,
        { IsOurs: true, Track: null, Slot: null, IsSentByPeer: false } => Reject(SectionRejection.Stopped, inAnswer),
        { IsVacated: true } => this with { IsVacated = false },
        _ => this,
    };
}
