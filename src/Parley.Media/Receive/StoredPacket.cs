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

    public readonly bool Is(PacketFlags flags) => (Flags & flags) == flags;
}
