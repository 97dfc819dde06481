// What one peer's negotiation is given: our transport, what we take, and what we do with its sections.
using System.Collections.Immutable;
using Parley.Media.Dtls;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp.Negotiation;

/// <summary>Options of <see cref="PeerNegotiation"/>.</summary>
public sealed record NegotiationOptions
{
    /// <summary>The fingerprint of our certificate.</summary>
    public required Fingerprint Fingerprint { get; init; }

    /// <summary>All our candidates, as <see cref="HostCandidates"/> makes them; the first one of UDP is the default (RFC 8839 §4.1.3).</summary>
    public required ImmutableArray<IceCandidate> Candidates { get; init; }

    /// <summary>What is taken.</summary>
    public MediaCapabilities Capabilities { get; init; } = MediaCapabilities.Default;

    /// <summary>True when media that the peer offers is received.</summary>
    public bool Receives { get; init; } = true;

    /// <summary>True when every offered section that the peer wants to receive on gets a track of its own, to be fed with whatever there is.</summary>
    public bool FillsSections { get; init; }
}

/// <summary>A track that we want to send.</summary>
/// <param name="Id">The track in <c>a=msid</c>; different for each track of a peer.</param>
/// <param name="Kind">Audio or video.</param>
public sealed record OutgoingTrack(string Id, MediaKind Kind)
{
    /// <summary>The stream in <c>a=msid</c>: tracks of one stream are played in step. <c>-</c> for none.</summary>
    public string StreamId { get; init; } = "-";

    /// <summary>
    /// The codecs that will be sent, where they are known: our own offer then names those alone that they suit, which keeps the offers of big
    /// rooms small. Empty for all that we have.
    /// </summary>
    public ImmutableArray<CodecIdentity> Codecs { get; init; } = [];

    /// <summary>The identification wished for the section in our own offer, at most 16 characters; another one is taken if it is in use.</summary>
    public string? Mid { get; init; }
}

/// <summary>A section of our own offers on which the peer may send.</summary>
/// <param name="Id">A name by which the caller knows it.</param>
/// <param name="Kind">Audio or video.</param>
public sealed record IncomingSlot(string Id, MediaKind Kind)
{
    /// <summary>As <see cref="OutgoingTrack.Mid"/>.</summary>
    public string? Mid { get; init; }

    /// <summary>Simulcast layers to ask for; empty for none.</summary>
    public ImmutableArray<string> Rids { get; init; } = [];
}
