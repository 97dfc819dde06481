// What stands before the data of a VP9 frame. RFC 9628 §4.2.
using System.Buffers.Binary;

namespace Parley.Media.Codecs;

/// <summary>A VP9 payload descriptor, read once and rewritten for each subscriber.</summary>
internal readonly struct Vp9Descriptor
{
    private const byte HasPictureIdBit = 0x80;
    private const byte InterPredictedBit = 0x40;
    private const byte HasLayersBit = 0x20;
    private const byte FlexibleBit = 0x10;
    private const byte StartBit = 0x08;
    private const byte EndBit = 0x04;
    private const byte StructureBit = 0x02;
    private const byte NotReferredUpBit = 0x01;
    private const int MaxReferences = 3;

    private readonly byte _flags;
    private readonly byte _pictureIdBits;
    private readonly byte _layers;
    private readonly uint _references;

    private Vp9Descriptor(byte flags, byte pictureIdBits, int pictureId, byte layers, byte baseLayerIndex, uint references, int structureAt, int length)
    {
        _flags = flags;
        _pictureIdBits = pictureIdBits;
        PictureId = (ushort)pictureId;
        _layers = layers;
        BaseLayerIndex = baseLayerIndex;
        _references = references;
        StructureAt = (byte)structureAt;
        Length = (ushort)length;
    }

    /// <summary>Bytes of the descriptor.</summary>
    public ushort Length { get; }

    public bool HasPictureId => _pictureIdBits != 0;

    /// <summary>The values that a picture id may have: 128 or 32768; 1 without picture id.</summary>
    public int PictureIdRange => 1 << _pictureIdBits;

    /// <summary>The number of the picture, which all its spatial layers share; 7 or 15 bits.</summary>
    public ushort PictureId { get; }

    /// <summary>P: the frame depends on an earlier picture.</summary>
    public bool IsInterPredicted => (_flags & InterPredictedBit) != 0;

    /// <summary>F: what a frame depends on is said with it, and not by the picture group.</summary>
    public bool IsFlexible => (_flags & FlexibleBit) != 0;

    /// <summary>B: a frame of one spatial layer begins here.</summary>
    public bool StartsFrame => (_flags & StartBit) != 0;

    /// <summary>E: a frame of one spatial layer ends here; the last layer that is sent gets the marker.</summary>
    public bool EndsFrame => (_flags & EndBit) != 0;

    /// <summary>Z: no higher spatial layer of this picture depends on the frame.</summary>
    public bool IsNotReferredUp => (_flags & NotReferredUpBit) != 0;

    public bool HasLayers => (_flags & HasLayersBit) != 0;

    /// <summary>TID: the temporal layer, 0 to 7.</summary>
    public byte TemporalId => (byte)(_layers >> 5);

    /// <summary>U: one may go up to the frame's temporal layer here.</summary>
    public bool IsSwitchingPoint => (_layers & 0x10) != 0;

    /// <summary>SID: the spatial layer, 0 to 7.</summary>
    public byte SpatialId => (byte)(_layers >> 1 & 7);

    /// <summary>D: the frame depends on the spatial layer below.</summary>
    public bool DependsOnLayerBelow => (_layers & 1) != 0;

    public bool HasBaseLayerIndex => HasLayers && !IsFlexible;

    /// <summary>TL0PICIDX: the number of the picture in the lowest temporal layer, or of the one it depends on.</summary>
    public byte BaseLayerIndex { get; }

    /// <summary>V: the structure of the layers is described.</summary>
    public bool HasStructure => (_flags & StructureBit) != 0;

    /// <summary>True for the first packet of a picture that a decoder can begin with.</summary>
    public bool IsKeyframe => !IsInterPredicted && StartsFrame && SpatialId == 0 && !DependsOnLayerBelow;

    /// <summary>In flexible mode, how many earlier pictures the frame refers to: 0 to 3.</summary>
    public int ReferenceCount => (int)(_references >> 24);

    /// <summary>Where the structure begins.</summary>
    internal byte StructureAt { get; }

    /// <summary>How many pictures back a reference is, 1 to 127.</summary>
    /// <param name="index">From 0 to below <see cref="ReferenceCount"/>.</param>
    public int Reference(int index) => (int)(_references >> 8 * index & 0x7F);

    /// <summary>Reads the descriptor; false when it is cut off or nothing follows it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out Vp9Descriptor descriptor)
    {
        descriptor = default;
        if (payload.IsEmpty)
            return false;
        var flags = payload[0];
        var at = 1;
        byte pictureIdBits = 0, layers = 0, baseLayerIndex = 0;
        var pictureId = 0;
        if ((flags & HasPictureIdBit) != 0)
        {
            if (at + 2 > payload.Length)
                return false;
            pictureIdBits = (byte)((payload[at] & 0x80) == 0 ? 7 : 15);
            pictureId = pictureIdBits == 7 ? payload[at] : BinaryPrimitives.ReadUInt16BigEndian(payload[at..]) & 0x7FFF;
            at += pictureIdBits == 7 ? 1 : 2;
        }

        var isFlexible = (flags & FlexibleBit) != 0;
        if ((flags & HasLayersBit) != 0)
        {
            if (at + 2 > payload.Length)
                return false;
            layers = payload[at++];
            if (!isFlexible)
                baseLayerIndex = payload[at++];
        }

        var references = 0u;
        if (isFlexible && (flags & InterPredictedBit) != 0 && !TryReadReferences(payload, ref at, out references))
            return false;
        var structureAt = at;
        if ((flags & StructureBit) != 0 && !Vp9Structure.TrySkip(payload, ref at))
            return false;
        if (at >= payload.Length)
            return false;
        descriptor = new Vp9Descriptor(flags, pictureIdBits, pictureId, layers, baseLayerIndex, references, structureAt, at);
        return true;
    }

    /// <summary>Gives the packet other numbers, as far as it has any; the picture id keeps its width.</summary>
    /// <param name="payload">A copy of the payload that was read; at least the descriptor.</param>
    /// <param name="pictureId">The lower bits count.</param>
    /// <param name="baseLayerIndex">TL0PICIDX.</param>
    public void Rewrite(Span<byte> payload, int pictureId, byte baseLayerIndex)
    {
        var at = 1;
        if (_pictureIdBits == 7)
            payload[at++] = (byte)(pictureId & 0x7F);
        if (_pictureIdBits == 15)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload[at..], (ushort)(pictureId | 0x8000));
            at += 2;
        }

        if (HasBaseLayerIndex)
            payload[at + 1] = baseLayerIndex;
    }

    // The count in the uppermost byte, the distances in the others from the lowest on.
    private static bool TryReadReferences(ReadOnlySpan<byte> payload, ref int at, out uint references)
    {
        references = 0;
        for (var count = 0; count < MaxReferences; count++)
        {
            if (at >= payload.Length)
                return false;
            var difference = payload[at++];
            references |= (uint)(difference >> 1) << 8 * count;
            if ((difference & 1) == 0)
            {
                references |= (uint)(count + 1) << 24;
                return true;
            }
        }

        return false; // a fourth reference is announced
    }
}
