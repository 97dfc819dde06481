// What was sent under which number, so that it can be sent again. RFC 4588 §4; RFC 3711 §9.1 (no key stream twice).
namespace Parley.Media.Forwarding;

/// <summary>One packet that a subscriber was sent.</summary>
internal struct SentPacket
{
    /// <summary>The subscriber's number; -1 in a place that was never used.</summary>
    public long Sequence;

    /// <summary>The source's number, in the source that was read then.</summary>
    public long SourceSequence;

    /// <summary>The time of sending, as it is in the packet.</summary>
    public long SentUs;

    public long RepeatedUs;
    public int Source;
    public ushort TransportSequence;
    public byte Repeats;
    public bool HasMid;
}

/// <summary>The last packets of one subscription, by their number.</summary>
internal sealed class SentLog
{
    /// <summary>Packets remembered: 0.8 s of 5 Mbit/s.</summary>
    public const int Capacity = 512;

    private readonly SentPacket[] _packets = new SentPacket[Capacity];

    public SentLog()
    {
        foreach (ref var packet in _packets.AsSpan())
            packet.Sequence = -1;
    }

    /// <summary>The place of a number; what was there before is overwritten by the caller.</summary>
    public ref SentPacket this[long sequence] => ref _packets[(int)(sequence & Capacity - 1)];

    /// <summary>True when the place holds this number.</summary>
    public bool Holds(long sequence) => this[sequence].Sequence == sequence;
}
