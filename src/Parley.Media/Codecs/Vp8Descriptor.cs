// What stands before the data of a VP8 frame. RFC 7741 §4.2, §4.3.
using System.Buffers.Binary;

namespace Parley.Media.Codecs;

/// <summary>A VP8 payload descriptor, read once and rewritten for each subscriber.</summary>
internal readonly struct Vp8Descriptor
{
    private const int PictureIdAt = 2;

    private readonly byte _pictureIdBits;

    private Vp8Descriptor(ReadOnlySpan<byte> payload, int length, byte extension, int pictureId, byte pictureIdBits, byte baseLayerIndex, byte layer)
    {
        Length = (byte)length;
        IsNonReference = (payload[0] & 0x20) != 0;
        StartsPartition = (payload[0] & 0x10) != 0;
        Partition = (byte)(payload[0] & 7);
        _pictureIdBits = pictureIdBits;
        PictureId = (ushort)pictureId;
        HasBaseLayerIndex = (extension & 0x40) != 0;
        BaseLayerIndex = baseLayerIndex;
        HasTemporalId = (extension & 0x20) != 0;
        TemporalId = HasTemporalId ? (byte)(layer >> 6) : (byte)0;
        IsLayerSync = HasTemporalId && (layer & 0x20) != 0;
        HasKeyIndex = (extension & 0x10) != 0;
        KeyIndex = HasKeyIndex ? (byte)(layer & 0x1F) : (byte)0;
        IsKeyframe = StartsFrame && (payload[length] & 1) == 0;
    }

    /// <summary>Bytes of the descriptor.</summary>
    public byte Length { get; }

    /// <summary>N: no other frame refers to this one.</summary>
    public bool IsNonReference { get; }

    /// <summary>S: a partition begins here.</summary>
    public bool StartsPartition { get; }

    /// <summary>PID: the partition that the packet belongs to.</summary>
    public byte Partition { get; }

    /// <summary>True for the first packet of a frame.</summary>
    public bool StartsFrame => StartsPartition && Partition == 0;

    /// <summary>True for the first packet of a keyframe.</summary>
    public bool IsKeyframe { get; }

    public bool HasPictureId => _pictureIdBits != 0;

    /// <summary>The values that a picture id may have: 128 or 32768; 1 without picture id.</summary>
    public int PictureIdRange => 1 << _pictureIdBits;

    /// <summary>The number of the frame, 7 or 15 bits.</summary>
    public ushort PictureId { get; }

    public bool HasBaseLayerIndex { get; }

    /// <summary>TL0PICIDX: the number of the frame in the lowest temporal layer, or of the one it depends on.</summary>
    public byte BaseLayerIndex { get; }

    public bool HasTemporalId { get; }

    /// <summary>TID: the temporal layer, 0 to 3.</summary>
    public byte TemporalId { get; }

    /// <summary>Y: the frame depends on the lowest layer alone, so one may go up to its layer here.</summary>
    public bool IsLayerSync { get; }

    public bool HasKeyIndex { get; }

    /// <summary>KEYIDX: the number of the temporal keyframe.</summary>
    public byte KeyIndex { get; }

    /// <summary>Reads the descriptor; false when it is cut off or nothing follows it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out Vp8Descriptor descriptor)
    {
        descriptor = default;
        if (payload.Length < 2)
            return false;
        var at = 1;
        byte extension = 0, pictureIdBits = 0, baseLayerIndex = 0, layer = 0;
        var pictureId = 0;
        if ((payload[0] & 0x80) != 0)
        {
            extension = payload[at++];
            if ((extension & 0x80) != 0)
            {
                if (at + 2 > payload.Length)
                    return false;
                pictureIdBits = (byte)((payload[at] & 0x80) == 0 ? 7 : 15);
                pictureId = pictureIdBits == 7 ? payload[at] : BinaryPrimitives.ReadUInt16BigEndian(payload[at..]) & 0x7FFF;
                at += pictureIdBits == 7 ? 1 : 2;
            }

            if ((extension & 0x40) != 0)
            {
                if (at >= payload.Length)
                    return false;
                baseLayerIndex = payload[at++];
            }

            if ((extension & 0x30) != 0)
            {
                if (at >= payload.Length)
                    return false;
                layer = payload[at++];
            }
        }

        if (at >= payload.Length)
            return false;
        descriptor = new Vp8Descriptor(payload, at, extension, pictureId, pictureIdBits, baseLayerIndex, layer);
        return true;
    }

    /// <summary>Gives the packet other numbers, as far as it has any; the picture id keeps its width.</summary>
    /// <param name="payload">A copy of the payload that was read; at least the descriptor.</param>
    /// <param name="pictureId">The lower bits count.</param>
    /// <param name="baseLayerIndex">TL0PICIDX.</param>
    public void Rewrite(Span<byte> payload, int pictureId, byte baseLayerIndex)
    {
        var at = PictureIdAt;
        if (_pictureIdBits == 7)
            payload[at++] = (byte)(pictureId & 0x7F);
        if (_pictureIdBits == 15)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload[at..], (ushort)(pictureId | 0x8000));
            at += 2;
        }

        if (HasBaseLayerIndex)
            payload[at] = baseLayerIndex;
    }
}
