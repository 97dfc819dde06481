// One codec as it was negotiated for one media section. RFC 8866 §6.6, §6.15; RFC 4585 §4.2.
using System.Collections.Immutable;

namespace Parley.Media.Rtp;

/// <summary>A negotiated RTP payload format.</summary>
public sealed record CodecParameters
{
    /// <summary>The payload type of the section, 0 to 127.</summary>
    public required byte PayloadType { get; init; }

    /// <summary>The encoding name as registered, for example <c>VP8</c>; compared without regard to case.</summary>
    public required string Name { get; init; }

    /// <summary>RTP clock rate in Hz, at least 1.</summary>
    public required int ClockRate { get; init; }

    /// <summary>Audio channels; 1 when not said.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>The value of <c>a=fmtp</c> without the payload type; null when there is none.</summary>
    public string? Format { get; init; }

    /// <summary>Values of <c>a=rtcp-fb</c>, for example <c>nack</c>, <c>nack pli</c>, <c>transport-cc</c>.</summary>
    public ImmutableArray<string> Feedback { get; init; } = [];

    /// <summary>The payload type of retransmissions (RFC 4588); null when they were not negotiated.</summary>
    public byte? RetransmissionPayloadType { get; init; }

    /// <summary>True when the codec has this name.</summary>
    public bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>True when this kind of feedback was negotiated.</summary>
    public bool Has(string feedback) => Feedback.Contains(feedback, StringComparer.OrdinalIgnoreCase);
}
