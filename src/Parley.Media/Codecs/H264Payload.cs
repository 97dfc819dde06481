// What an RTP packet of H.264 carries. RFC 6184 §5.
using System.Buffers.Binary;

namespace Parley.Media.Codecs;

/// <summary>Kinds of NAL unit that matter to forwarding.</summary>
[Flags]
internal enum H264Units : byte
{
    None = 0,

    /// <summary>A slice of a picture that depends on others.</summary>
    Slice = 1,

    /// <summary>A slice of a picture that decoding can begin with.</summary>
    InstantRefresh = 2,

    /// <summary>A sequence parameter set.</summary>
    SequenceParameters = 4,

    /// <summary>A picture parameter set.</summary>
    PictureParameters = 8,

    /// <summary>Anything else: SEI, delimiters.</summary>
    Other = 16,
}

/// <summary>An H.264 payload, read once.</summary>
internal readonly struct H264Payload
{
    private const int SingleTimeAggregationA = 24;
    private const int SingleTimeAggregationB = 25;
    private const int FragmentA = 28;
    private const int FragmentB = 29;
    private const int TypeMask = 0x1F;

    private H264Payload(H264Units begins) => Begins = begins;

    /// <summary>The units that begin in the packet; none in a fragment that goes on.</summary>
    public H264Units Begins { get; }

    /// <summary>
    /// True when something begins here that decoding can begin with: parameter sets, or a refresh picture where they are not sent along. The first such packet
    /// of a timestamp is where a subscriber is to be let in.
    /// </summary>
    public bool IsKeyframe => (Begins & (H264Units.SequenceParameters | H264Units.InstantRefresh)) != H264Units.None;

    /// <summary>Reads a payload; false when it is cut off or of a type that is not defined.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out H264Payload read)
    {
        read = default;
        if (payload.IsEmpty)
            return false;
        switch (payload[0] & TypeMask)
        {
            case >= 1 and <= 23:
                read = new H264Payload(Kind(payload[0]));
                return true;

            case SingleTimeAggregationA:
            case SingleTimeAggregationB:
                var isA = (payload[0] & TypeMask) == SingleTimeAggregationA;
                var begins = H264Units.None;
                var units = new H264AggregatedUnits(payload[(isA ? 1 : Math.Min(3, payload.Length))..]);
                while (units.MoveNext())
                    begins |= Kind(units.Current[0]);
                read = new H264Payload(begins);
                return begins != H264Units.None && !units.IsMalformed;

            case FragmentA:
            case FragmentB:
                if (payload.Length < 2)
                    return false;
                var starts = (payload[1] & 0x80) != 0;
                read = new H264Payload(starts ? Kind(payload[1]) : H264Units.None);
                return true;

            default:
                return false;
        }
    }

    private static H264Units Kind(byte header) => (header & TypeMask) switch
    {
        1 or 2 or 3 or 4 => H264Units.Slice,
        5 => H264Units.InstantRefresh,
        7 => H264Units.SequenceParameters,
        8 => H264Units.PictureParameters,
        _ => H264Units.Other,
    };
}

/// <summary>Walks over the NAL units of an aggregation packet, each without its length; what is cut off ends it.</summary>
internal ref struct H264AggregatedUnits(ReadOnlySpan<byte> units)
{
    private ReadOnlySpan<byte> _rest = units;

    /// <summary>The unit with its header byte.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>True when the walk has ended before the end of the packet.</summary>
    public bool IsMalformed { get; private set; }

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        var length = _rest.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(_rest);
        IsMalformed = length == 0 || 2 + length > _rest.Length;
        if (IsMalformed)
        {
            _rest = default;
            return false;
        }

        Current = _rest.Slice(2, length);
        _rest = _rest[(2 + length)..];
        return true;
    }
}
