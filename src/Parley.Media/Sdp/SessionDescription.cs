// A session description, and the way between it and its text. RFC 8866.
using System.Collections.Immutable;

namespace Parley.Media.Sdp;

/// <summary>A session description of WebRTC: an offer or an answer.</summary>
public sealed record SessionDescription
{
    /// <summary>The <c>o=</c> line.</summary>
    public SessionOrigin Origin { get; init; } = new(0, 0);

    /// <summary>The <c>s=</c> line; <c>-</c> for a session without name.</summary>
    public string Name { get; init; } = "-";

    /// <summary>The <c>c=</c> line of the session.</summary>
    public ConnectionAddress? Connection { get; init; }

    /// <summary>The <c>b=</c> lines of the session.</summary>
    public ImmutableArray<BandwidthLimit> Bandwidths { get; init; } = [];

    /// <summary>Groups of sections.</summary>
    public ImmutableArray<MediaGroup> Groups { get; init; } = [];

    /// <summary><c>a=ice-lite</c>: the writer answers checks and makes none.</summary>
    public bool IceLite { get; init; }

    /// <summary><c>a=extmap-allow-mixed</c> for all sections.</summary>
    public bool MixedExtensions { get; init; }

    /// <summary>ICE and DTLS attributes of the session.</summary>
    public TransportDescription Transport { get; init; } = TransportDescription.Empty;

    /// <summary>Other attributes of the session.</summary>
    public ImmutableArray<SdpAttribute> Others { get; init; } = [];

    /// <summary>The media sections.</summary>
    public ImmutableArray<MediaDescription> Sections { get; init; } = [];

    /// <summary>Reads a text within <see cref="SdpLimits"/>. Attributes that cannot be read are left out where the rest keeps its meaning.</summary>
    /// <returns>False with an error for what is no description; never an exception.</returns>
    public static bool TryParse(string text, out SessionDescription? description, out SdpError? error)
    {
        var parser = new SessionParser();
        description = parser.Parse(text, isFragment: false) ? parser.Build() : null;
        error = parser.Error;
        return description is not null;
    }

    /// <summary>The section's ICE and DTLS attributes, those of the session included.</summary>
    public TransportDescription TransportOf(MediaDescription section) => section.Transport.Over(Transport);

    /// <summary>The text, with CR LF line ends.</summary>
    /// <exception cref="InvalidOperationException">A value holds a line end or a NUL.</exception>
    public override string ToString() => SessionWriter.Write(this);
}
