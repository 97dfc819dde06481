// What negotiation hands to the engine: one record for each track that comes in, one for each that goes out.
using System.Collections.Immutable;

namespace Parley.Media.Rtp;

/// <summary>An encoding whose SSRCs were announced in SDP (RFC 5576).</summary>
/// <param name="Ssrc">The media's SSRC.</param>
/// <param name="RetransmissionSsrc">The SSRC of its retransmissions (group FID); null when there is none.</param>
public sealed record AnnouncedEncoding(uint Ssrc, uint? RetransmissionSsrc);

/// <summary>A track that a peer sends to us.</summary>
public sealed record ReceiveParameters
{
    /// <summary>The identification of the media section (RFC 8843), at most 16 characters.</summary>
    public required string Mid { get; init; }

    /// <summary>Audio or video.</summary>
    public required MediaKind Kind { get; init; }

    /// <summary>What may arrive, in the order of preference; without the rtx formats, which are named by their media format.</summary>
    public required ImmutableArray<CodecParameters> Codecs { get; init; }

    /// <summary>Header extensions of the section.</summary>
    public required HeaderExtensionMap Extensions { get; init; }

    /// <summary>Simulcast layers in the order of the offer (RFC 8853), as a rule from the lowest; empty without simulcast.</summary>
    public ImmutableArray<string> Rids { get; init; } = [];

    /// <summary>SSRCs that were announced; empty when they are learned from what arrives.</summary>
    public ImmutableArray<AnnouncedEncoding> Encodings { get; init; } = [];

    /// <summary>True when reduced-size RTCP (RFC 5506) was negotiated.</summary>
    public bool ReducedSizeRtcp { get; init; }
}

/// <summary>A track that we send to a peer.</summary>
public sealed record SendParameters
{
    /// <summary>The identification of the media section.</summary>
    public required string Mid { get; init; }

    /// <summary>Audio or video.</summary>
    public required MediaKind Kind { get; init; }

    /// <summary>What the peer takes, in its order of preference.</summary>
    public required ImmutableArray<CodecParameters> Codecs { get; init; }

    /// <summary>Header extensions of the section.</summary>
    public required HeaderExtensionMap Extensions { get; init; }

    /// <summary>Our SSRC; unique on the transport.</summary>
    public required uint Ssrc { get; init; }

    /// <summary>Our SSRC for retransmissions; null when the peer takes none.</summary>
    public uint? RetransmissionSsrc { get; init; }

    /// <summary>The canonical name (RFC 7022) in our reports.</summary>
    public required string Cname { get; init; }

    /// <summary>True when reduced-size RTCP (RFC 5506) was negotiated.</summary>
    public bool ReducedSizeRtcp { get; init; }
}
