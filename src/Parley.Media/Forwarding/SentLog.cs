// What was sent under which number, so that it can be sent again. RFC 4588 §4; RFC 3711 §9.1 (no key stream twice).
using Parley.Media.Receive;

namespace Parley.Media.Forwarding;

/// <summary>One packet that a subscriber was sent: with the stored packet, all that its bytes are made from.</summary>
internal struct SentPacket
{
    /// <summary>The subscriber's number; -1 in a place that was never used.</summary>
    public long Sequence;

    /// <summary>Where it was read, and its number there.</summary>
    public LayerStream? Stream;
    public long SourceSequence;

    /// <summary>The time of sending, as it is in the packet.</summary>
    public long SentUs;

    public long RepeatedUs;
    public uint Timestamp;
    public ushort TransportSequence;
    public ushort Picture;
    public byte BaseLayerIndex;
    public byte PayloadType;
    public byte Repeats;
    public bool HasMid;
    public bool Marker;

    /// <summary>True when the payload gets another picture id or base layer index than it came with.</summary>
    public bool Rewrites;

    /// <summary>Other numbers for the dependency descriptor; null when it stays as it came.</summary>
    public FrameRenumbering? Frames;
}

/// <summary>The last packets of one subscription, by their number.</summary>
internal sealed class SentLog
{
    /// <summary>Packets remembered: a second of 2.5 Mbit/s, half of one of 5 Mbit/s. A repair that takes longer is none.</summary>
    public const int Capacity = 256;

    private readonly SentPacket[] _packets = new SentPacket[Capacity];

    public SentLog()
    {
        foreach (ref var packet in _packets.AsSpan())
            packet.Sequence = -1;
    }

    /// <summary>The place of a number; what was there before is overwritten by the caller.</summary>
    public ref SentPacket this[long sequence] => ref _packets[(int)(sequence & Capacity - 1)];
}
