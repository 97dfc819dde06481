// What a frame depends on and which decode targets need it: the header extension by which layers are dropped without looking into the media.
// RTP payload format for AV1, appendix A.8.
using System.Buffers.Binary;

namespace Parley.Media.Codecs;

/// <summary>A dependency descriptor, read once by a <see cref="DependencyReader"/>; each subscriber gets it with numbers of its own.</summary>
internal readonly struct DependencyDescriptor
{
    /// <summary>Bytes that every descriptor has.</summary>
    public const int MandatoryLength = 3;

    internal const byte Starts = 1;
    internal const byte Ends = 2;
    internal const byte Structure = 4;
    internal const byte RefersFarther = 8;

    private const int TemplateIdOffsetAt = 29;

    internal DependencyDescriptor(byte flags, byte templateId, ushort frameNumber, DependencyStructure.Template frame, int decodeTargets)
    {
        Flags = flags;
        TemplateId = templateId;
        FrameNumber = frameNumber;
        SpatialId = frame.SpatialId;
        TemporalId = frame.TemporalId;
        Indications = frame.Indications;
        Differences = frame.Differences;
        DecodeTargets = (byte)decodeTargets;
    }

    /// <summary>Two bits for each decode target, the first at the bottom.</summary>
    public ulong Indications { get; }

    /// <summary>Bit n: the frame refers to the one n + 1 before it.</summary>
    public ulong Differences { get; }

    /// <summary>The number of the frame; each spatial layer of a picture has one of its own.</summary>
    public ushort FrameNumber { get; }

    /// <summary>The template id, 0 to 63.</summary>
    public byte TemplateId { get; }

    public byte SpatialId { get; }

    public byte TemporalId { get; }

    /// <summary>How many decode targets the structure has.</summary>
    public byte DecodeTargets { get; }

    /// <summary>True for the first packet of a frame.</summary>
    public bool StartsFrame => (Flags & Starts) != 0;

    /// <summary>True for the last packet of a frame.</summary>
    public bool EndsFrame => (Flags & Ends) != 0;

    /// <summary>True when the packet brings a structure.</summary>
    public bool HasStructure => (Flags & Structure) != 0;

    /// <summary>True when the frame also refers to frames more than 64 back, which <see cref="Differences"/> cannot say.</summary>
    public bool RefersFartherBack => (Flags & RefersFarther) != 0;

    /// <summary>True for the first packet of a frame that a decoder can begin with.</summary>
    public bool IsKeyframe => StartsFrame && HasStructure && Differences == 0 && !RefersFartherBack;

    private byte Flags { get; }

    /// <summary>What the frame is to a decode target.</summary>
    public DecodeTargetIndication For(int target) => (DecodeTargetIndication)(Indications >> 2 * target & 3);

    /// <summary>Gives a descriptor other numbers where it stands, without its structure being known. A descriptor that is cut off stays as it is.</summary>
    /// <param name="descriptor">The bytes, changed in place.</param>
    /// <param name="frameNumber">The subscriber's number of the frame.</param>
    /// <param name="templateShift">Added to every template id.</param>
    public static void Renumber(Span<byte> descriptor, ushort frameNumber, int templateShift)
    {
        if (descriptor.Length < MandatoryLength)
            return;
        descriptor[0] = (byte)(descriptor[0] & 0xC0 | descriptor[0] + templateShift & DependencyStructure.MaxTemplates - 1);
        BinaryPrimitives.WriteUInt16BigEndian(descriptor[1..], frameNumber);
        if (descriptor.Length <= MandatoryLength + 1 || (descriptor[MandatoryLength] & 0x80) == 0)
            return;
        var offset = new BitReader(descriptor) { Position = TemplateIdOffsetAt }.Read(6);
        new BitWriter(descriptor) { Position = TemplateIdOffsetAt }.Write((uint)(offset + templateShift) & DependencyStructure.MaxTemplates - 1, 6);
    }
}
