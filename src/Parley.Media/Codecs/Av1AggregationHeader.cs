// The first byte of an RTP packet of AV1. RTP payload format for AV1 §4.4.
namespace Parley.Media.Codecs;

/// <summary>An AV1 aggregation header.</summary>
internal readonly struct Av1AggregationHeader(byte value)
{
    /// <summary>Bytes of the header.</summary>
    public const int Length = 1;

    /// <summary>Z: the first element continues one of the packet before.</summary>
    public bool ContinuesElement => (value & 0x80) != 0;

    /// <summary>Y: the last element goes on in the next packet.</summary>
    public bool GoesOn => (value & 0x40) != 0;

    /// <summary>W: elements in the packet, 1 to 3, the last of them without a length; 0 when each has its length.</summary>
    public int Elements => value >> 4 & 3;

    /// <summary>N: a coded video sequence begins here, which is to say a keyframe. What is known of keyframes without a dependency descriptor.</summary>
    public bool IsKeyframe => (value & 0x08) != 0 && !ContinuesElement;

    /// <summary>Reads the header; false when nothing follows it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out Av1AggregationHeader header)
    {
        header = payload.IsEmpty ? default : new Av1AggregationHeader(payload[0]);
        return payload.Length > Length;
    }
}
