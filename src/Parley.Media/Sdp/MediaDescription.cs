// One media section. RFC 8866 §5.14 and the attributes that WebRTC adds (RFC 9429 §5.2).
using System.Collections.Immutable;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp;

/// <summary>A media section of a session description.</summary>
public sealed record MediaDescription
{
    /// <summary>The kind: <c>audio</c>, <c>video</c>, <c>application</c>.</summary>
    public required string Media { get; init; }

    /// <summary>The port; 0 for a section that is rejected, stopped, or offered as <see cref="BundleOnly"/>.</summary>
    public required int Port { get; init; }

    /// <summary>The protocol, for example <c>UDP/TLS/RTP/SAVPF</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>The formats of the <c>m=</c> line, in the order of preference: payload types, or a name.</summary>
    public required ImmutableArray<string> Formats { get; init; }

    /// <summary>The <c>c=</c> line.</summary>
    public ConnectionAddress? Connection { get; init; }

    /// <summary>The <c>b=</c> lines.</summary>
    public ImmutableArray<BandwidthLimit> Bandwidths { get; init; } = [];

    /// <summary>The section's identification (RFC 5888).</summary>
    public string? Mid { get; init; }

    /// <summary>Who sends; of the session when the section does not say.</summary>
    public MediaDirection Direction { get; init; } = MediaDirection.SendReceive;

    /// <summary><c>a=bundle-only</c>: port 0 does not mean rejected (RFC 9143 §6).</summary>
    public bool BundleOnly { get; init; }

    /// <summary><c>a=rtcp-mux</c>, or <c>a=rtcp-mux-only</c> which includes it.</summary>
    public bool RtcpMux { get; init; }

    /// <summary><c>a=rtcp-mux-only</c> (RFC 8858).</summary>
    public bool RtcpMuxOnly { get; init; }

    /// <summary><c>a=rtcp-rsize</c> (RFC 5506).</summary>
    public bool ReducedSizeRtcp { get; init; }

    /// <summary>ICE and DTLS attributes of the section itself.</summary>
    public TransportDescription Transport { get; init; } = TransportDescription.Empty;

    /// <summary>Candidates that could be read.</summary>
    public ImmutableArray<IceCandidate> Candidates { get; init; } = [];

    /// <summary><c>a=end-of-candidates</c>.</summary>
    public bool EndOfCandidates { get; init; }

    /// <summary>What is known of the payload types, in the order of the <c>m=</c> line; retransmissions are formats of their own here.</summary>
    public ImmutableArray<CodecParameters> Payloads { get; init; } = [];

    /// <summary>Header extensions, those of the session included.</summary>
    public ImmutableArray<ExtensionMapping> Extensions { get; init; } = [];

    /// <summary><c>a=extmap-allow-mixed</c> of the section itself.</summary>
    public bool MixedExtensions { get; init; }

    /// <summary>Streams and tracks.</summary>
    public ImmutableArray<StreamIdentification> Msids { get; init; } = [];

    /// <summary>Encodings.</summary>
    public ImmutableArray<RidDescription> Rids { get; init; } = [];

    /// <summary>Simulcast; null for none.</summary>
    public SimulcastDescription? Simulcast { get; init; }

    /// <summary>Sources that were announced.</summary>
    public ImmutableArray<SourceDescription> Sources { get; init; } = [];

    /// <summary>Groups of sources.</summary>
    public ImmutableArray<SourceGroup> SourceGroups { get; init; } = [];

    /// <summary>Other attributes, in their order.</summary>
    public ImmutableArray<SdpAttribute> Others { get; init; } = [];

    /// <summary>True for a section of which nothing is wanted: port 0 that is not bundle-only.</summary>
    public bool IsRejected => Port == 0 && !BundleOnly;
}
