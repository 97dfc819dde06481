// The small parts of descriptions: groups, bandwidths, extension ids, streams, sources.
using System.Collections.Immutable;

namespace Parley.Media.Sdp;

/// <summary>An attribute that is not read further.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">What follows the colon; null for an attribute without value.</param>
public sealed record SdpAttribute(string Name, string? Value);

/// <summary><c>a=group</c>: sections that belong together (RFC 5888, RFC 9143).</summary>
/// <param name="Semantics">For example <c>BUNDLE</c>.</param>
/// <param name="Mids">Identifications of sections; the first of a BUNDLE describes the transport.</param>
public sealed record MediaGroup(string Semantics, ImmutableArray<string> Mids);

/// <summary>A <c>b=</c> line.</summary>
/// <param name="Type">For example <c>AS</c> (kbit/s) or <c>TIAS</c> (bit/s).</param>
/// <param name="Value">The limit, in the type's unit.</param>
public sealed record BandwidthLimit(string Type, uint Value);

/// <summary><c>a=extmap</c>: the id of a header extension (RFC 8285 §5).</summary>
/// <param name="Id">1 to 255; larger ones, which an answerer would have to renumber, are not read.</param>
/// <param name="Uri">The extension's name.</param>
public sealed record ExtensionMapping(byte Id, string Uri)
{
    /// <summary>In which direction it is used; both when not said.</summary>
    public MediaDirection Direction { get; init; } = MediaDirection.SendReceive;

    /// <summary>What follows the name; null for nothing.</summary>
    public string? Attributes { get; init; }
}

/// <summary><c>a=msid</c>: the stream and track of what is sent (RFC 8830).</summary>
/// <param name="StreamId">The stream; <c>-</c> for none.</param>
/// <param name="TrackId">The track; null when not said.</param>
public sealed record StreamIdentification(string StreamId, string? TrackId);

/// <summary><c>a=ssrc</c>: a source that was announced (RFC 5576).</summary>
/// <param name="Ssrc">Its number.</param>
public sealed record SourceDescription(uint Ssrc)
{
    /// <summary>The canonical name.</summary>
    public string? Cname { get; init; }

    /// <summary>Stream and track, where a peer names them here.</summary>
    public StreamIdentification? Msid { get; init; }
}

/// <summary><c>a=ssrc-group</c>: sources that belong together.</summary>
/// <param name="Semantics"><c>FID</c>: media and its retransmissions; <c>SIM</c>: simulcast.</param>
/// <param name="Sources">The sources, in the order of their roles.</param>
public sealed record SourceGroup(string Semantics, ImmutableArray<uint> Sources);

/// <summary><c>a=rid</c>: one encoding of a section (RFC 8851).</summary>
/// <param name="Id">Its name.</param>
/// <param name="Sends">True when the writer sends it, false when it receives it.</param>
public sealed record RidDescription(string Id, bool Sends)
{
    /// <summary>Payload types it is restricted to; empty for no restriction.</summary>
    public ImmutableArray<byte> PayloadTypes { get; init; } = [];

    /// <summary>Other restrictions, for example <c>max-width=1280</c>.</summary>
    public ImmutableArray<string> Restrictions { get; init; } = [];
}

/// <summary><c>a=simulcast</c> (RFC 8853): streams in the order of preference, each a list of alternatives.</summary>
/// <param name="Send">What the writer sends.</param>
/// <param name="Receive">What the writer receives.</param>
public sealed record SimulcastDescription(ImmutableArray<SimulcastStream> Send, ImmutableArray<SimulcastStream> Receive);

/// <summary>One simulcast stream.</summary>
/// <param name="Alternatives">Encodings of which one at a time is sent; the first is preferred.</param>
public sealed record SimulcastStream(ImmutableArray<SimulcastEncoding> Alternatives);

/// <summary>An encoding of a simulcast stream.</summary>
/// <param name="Rid">Its name.</param>
/// <param name="Paused">True when it is not sent at first.</param>
public sealed record SimulcastEncoding(string Rid, bool Paused);
