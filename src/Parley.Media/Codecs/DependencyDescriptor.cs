// What a frame depends on and which decode targets need it: the header extension by which layers are dropped without looking into the media.
// RTP payload format for AV1, appendix A.8.
using System.Buffers.Binary;

namespace Parley.Media.Codecs;

/// <summary>A dependency descriptor, read once by a <see cref="DependencyReader"/> and rewritten for each subscriber.</summary>
internal readonly struct DependencyDescriptor
{
    /// <summary>Bytes that every descriptor has.</summary>
    public const int MandatoryLength = 3;

    /// <summary>Bytes by which <see cref="Rewrite"/> may make a descriptor longer.</summary>
    public const int MaxGrowth = 5;

    internal const byte Starts = 1;
    internal const byte Ends = 2;
    internal const byte Structure = 4;
    internal const byte ActiveTargetsSaid = 8;
    internal const byte RefersFarther = 16;

    private const int ActiveTargetsFlagAt = 25;
    private const int FlagsEnd = 29;
    private const int TemplateIdOffsetAt = 29;

    internal DependencyDescriptor(byte flags, byte templateId, ushort frameNumber, DependencyStructure.Template frame, uint activeTargets, int decodeTargets, int activeTargetsAt, int bitLength)
    {
        Flags = flags;
        TemplateId = templateId;
        FrameNumber = frameNumber;
        SpatialId = frame.SpatialId;
        TemporalId = frame.TemporalId;
        Indications = frame.Indications;
        Differences = frame.Differences;
        ChainDifferences = frame.ChainDifferences;
        ActiveTargets = activeTargets;
        DecodeTargets = (byte)decodeTargets;
        ActiveTargetsAt = (ushort)activeTargetsAt;
        BitLength = (ushort)bitLength;
    }

    /// <summary>Two bits for each decode target, the first at the bottom.</summary>
    public ulong Indications { get; }

    /// <summary>Bit n: the frame refers to the one n + 1 before it.</summary>
    public ulong Differences { get; }

    /// <summary>For each of the first eight chains, in a byte of its own from the lowest on, how many frames back its last one is; 0 when the chain begins here.</summary>
    public ulong ChainDifferences { get; }

    /// <summary>The decode targets that the sender still produces, a bit each; meaningful when <see cref="HasActiveTargets"/>.</summary>
    public uint ActiveTargets { get; }

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

    /// <summary>True when the packet says which decode targets are active: the mask itself, or a structure, with which all are.</summary>
    public bool HasActiveTargets => (Flags & (Structure | ActiveTargetsSaid)) != 0;

    /// <summary>True when the frame also refers to frames more than 64 back, which <see cref="Differences"/> cannot say.</summary>
    public bool RefersFartherBack => (Flags & RefersFarther) != 0;

    /// <summary>True for the first packet of a frame that a decoder can begin with.</summary>
    public bool IsKeyframe => StartsFrame && HasStructure && Differences == 0 && !RefersFartherBack;

    private byte Flags { get; }

    private ushort ActiveTargetsAt { get; }

    private ushort BitLength { get; }

    /// <summary>What the frame is to a decode target.</summary>
    public DecodeTargetIndication For(int target) => (DecodeTargetIndication)(Indications >> 2 * target & 3);

    /// <summary>How many frames back the last one of a chain is, of the first eight chains; 0 when the chain begins here.</summary>
    public int ChainDifference(int chain) => (byte)(ChainDifferences >> 8 * chain);

    /// <summary>Writes the descriptor with other numbers.</summary>
    /// <param name="source">The descriptor that was read.</param>
    /// <param name="frameNumber">The subscriber's number of the frame.</param>
    /// <param name="templateShift">Added to every template id, so that the templates of another stream have ids of their own.</param>
    /// <param name="activeTargets">The decode targets that the subscriber still gets; null to leave what is said, or not said.</param>
    /// <param name="target">Room for the source and <see cref="MaxGrowth"/> more.</param>
    /// <returns>Bytes written.</returns>
    public int Rewrite(ReadOnlySpan<byte> source, ushort frameNumber, int templateShift, uint? activeTargets, Span<byte> target)
    {
        int length;
        if (activeTargets is not { } mask)
        {
            source.CopyTo(target);
            length = source.Length;
        }
        else
        {
            length = WithActiveTargets(source, mask, target);
        }

        target[0] = (byte)(target[0] & 0xC0 | TemplateId + templateShift & DependencyStructure.MaxTemplates - 1);
        BinaryPrimitives.WriteUInt16BigEndian(target[1..], frameNumber);
        if (HasStructure)
        {
            var offset = new BitReader(source) { Position = TemplateIdOffsetAt }.Read(6);
            new BitWriter(target) { Position = TemplateIdOffsetAt }.Write((uint)(offset + templateShift) & DependencyStructure.MaxTemplates - 1, 6);
        }

        return length;
    }

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

    private int WithActiveTargets(ReadOnlySpan<byte> source, uint mask, Span<byte> target)
    {
        var writer = new BitWriter(target);
        var isSaid = (Flags & ActiveTargetsSaid) != 0;
        if (source.Length > MandatoryLength)
        {
            writer.Copy(source, 0, ActiveTargetsAt);
            writer.Write(mask, DecodeTargets);
            writer.Copy(source, ActiveTargetsAt + (isSaid ? DecodeTargets : 0), BitLength);
        }
        else
        {
            writer.Copy(source, 0, MandatoryLength * 8);
            writer.Write(0, FlagsEnd - MandatoryLength * 8);
            writer.Write(mask, DecodeTargets);
        }

        var length = writer.Finish();
        new BitWriter(target) { Position = ActiveTargetsFlagAt }.Write(1, 1);
        return length;
    }
}
