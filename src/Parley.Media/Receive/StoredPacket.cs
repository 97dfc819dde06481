// One packet in a layer's store: where its bytes are, and what forwarding decides from.
namespace Parley.Media.Receive;

/// <summary>What is known of a packet beside its bytes.</summary>
[Flags]
internal enum PacketFlags : byte
{
    None = 0,

    /// <summary>The RTP marker bit.</summary>
    Marker = 1,

    /// <summary>A decoder can begin here: the first packet of a keyframe.</summary>
    Keyframe = 2,

    /// <summary>Nothing but padding: it fills its place in the sequence and carries no media.</summary>
    PaddingOnly = 4,

    /// <summary>It came as a retransmission.</summary>
    Retransmitted = 8,

    /// <summary>A subscriber of lower temporal layers may go up to this one here.</summary>
    SwitchingPoint = 16,

    /// <summary>The frame of a spatial layer ends here: with the highest layer that is sent, so does the picture.</summary>
    EndsLayerFrame = 32,

    /// <summary>A dependency descriptor says what the packet is, whatever its payload looks like.</summary>
    Described = 64,

    /// <summary>One with a higher number came before it.</summary>
    Overtaken = 128,
}

/// <summary>A packet of a <see cref="LayerStream"/>. Its bytes are valid as long as the stream says so.</summary>
internal struct StoredPacket
{
    /// <summary>The sequence number, extended by the rollover counter.</summary>
    public long Sequence;

    public long ArrivalUs;

    /// <summary>Where its bytes begin in the stream of all bytes that were ever stored: extensions first, then the payload.</summary>
    public long Position;

    public uint Timestamp;
    public ushort ExtensionLength;
    public ushort PayloadLength;
    public byte PayloadType;
    public PacketFlags Flags;
    public PayloadKind Kind;
    public byte SpatialId;
    public byte TemporalId;

    /// <summary>TL0PICIDX of VP8 and VP9.</summary>
    public byte BaseLayerIndex;

    /// <summary>By which of the last structures its descriptor was understood.</summary>
    public byte Structure;

    /// <summary>Which of the publisher's sources it is of, one after the other under SSRCs of their own.</summary>
    public byte Source;

    /// <summary>Two bits for each decode target of a descriptor, the first at the bottom: what the frame is to it.</summary>
    public ulong Indications;

    /// <summary>The frame number of a descriptor.</summary>
    public ushort Frame;

    /// <summary>The picture id of VP8 and VP9 without wrapping; -1 when there is none.</summary>
    public long Picture;

    public readonly bool Is(PacketFlags flags) => (Flags & flags) == flags;
}
