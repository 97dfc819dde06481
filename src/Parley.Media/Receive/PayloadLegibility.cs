// Whether a stream's payloads can be looked into: what is encrypted from end to end looks like noise, and shows no keyframe. RFC 6386 §9.1, RFC 6184 §1.3, §5.8.
using Parley.Media.Codecs;

namespace Parley.Media.Receive;

/// <summary>Judges a stream by its last payloads. Noise passes for a few at most, and one that is no header of its format is enough against.</summary>
internal struct PayloadLegibility
{
    /// <summary>So many in a row: noise does that once in 65,000 frames of VP8, and not in a lifetime of H.264.</summary>
    private const int Enough = 8;

    private const int UnitMask = 0x1F;
    private const int FragmentA = 28;
    private const int LastDefinedUnit = 12;

    private int _inRow;

    /// <summary>True when a keyframe of this stream would be seen.</summary>
    public readonly bool IsLegible => _inRow >= Enough;

    /// <summary>Takes the payload of a VP8 packet: the tag of a frame is where it begins.</summary>
    public void Judge(in Vp8Descriptor descriptor, ReadOnlySpan<byte> payload)
    {
        if (!descriptor.StartsFrame)
            return;
        var tag = payload[descriptor.Length];
        if (!descriptor.IsKeyframe)
            Count((tag >> 1 & 7) <= 3);
        else if (payload.Length >= descriptor.Length + 10)
            Settle(payload.Slice(descriptor.Length + 3, 3).SequenceEqual<byte>([0x9D, 0x01, 0x2A]));
    }

    /// <summary>Takes the payload of an H.264 packet, and whether it could be read.</summary>
    public void Judge(ReadOnlySpan<byte> payload, bool isRead)
    {
        if (payload.IsEmpty)
            return;
        var type = payload[0] & UnitMask;
        // Parameter sets and refresh pictures are referred to, what only informs never is (ISO/IEC 14496-10 §7.4.1).
        var isReferred = (payload[0] & 0x60) != 0;
        Count(isRead && (payload[0] & 0x80) == 0 && type switch
        {
            FragmentA => (payload[1] & 0x20) == 0 && (payload[1] & UnitMask) is >= 1 and <= LastDefinedUnit,
            5 or 7 or 8 => isReferred,
            6 or 9 or 10 or 11 or 12 => !isReferred,
            > LastDefinedUnit and < 24 => false,
            _ => true,
        });
    }

    private void Count(bool plausible) => _inRow = plausible ? Math.Min(Enough, _inRow + 1) : 0;

    private void Settle(bool legible) => _inRow = legible ? Enough : 0;
}
