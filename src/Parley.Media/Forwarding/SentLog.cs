// What was sent under which number, so that it can be sent again. RFC 4588 §4; RFC 3711 §9.1 (no key stream twice).
using System.Runtime.CompilerServices;
using Parley.Media.Receive;

namespace Parley.Media.Forwarding;

/// <summary>One packet that a subscriber was sent: with the stored packet, all that its bytes are made from. 48 bytes, and nothing for the collector.</summary>
internal struct SentPacket
{
    /// <summary>The subscriber's number; <see cref="SentLog.Unused"/> in a place that was never used.</summary>
    public long Sequence;

    /// <summary>The packet's arrival number where it was read: no other packet ever has it.</summary>
    public long Arrival;

    /// <summary>The time of sending, as it is in the packet.</summary>
    public long SentUs;

    /// <summary>How long after that it was last sent again, in microseconds; 0 while it was not. Nobody repeats a packet that is older than an hour.</summary>
    public uint RepeatedAfterUs;
    public uint Timestamp;
    public ushort TransportSequence;
    public ushort Picture;

    /// <summary>Which of the last sources it was read from; <see cref="RecentSources.None"/> for padding, which was read nowhere.</summary>
    public ushort Source;

    /// <summary>Other numbers for the dependency descriptor, if it is <see cref="SentFlags.Renumbered"/>.</summary>
    public ushort Frame;
    public byte TemplateShift;

    public byte BaseLayerIndex;
    public byte PayloadType;
    public byte Repeats;
    public SentFlags Flags;

    public readonly bool Is(SentFlags flag) => (Flags & flag) != SentFlags.None;
}

/// <summary>What the header and the payload of a sent packet were made with.</summary>
[Flags]
internal enum SentFlags : byte
{
    None = 0,

    /// <summary>It carries the mid.</summary>
    Mid = 1,

    /// <summary>The marker bit.</summary>
    Marker = 2,

    /// <summary>The payload got another picture id or base layer index than it came with.</summary>
    Rewritten = 4,

    /// <summary>The dependency descriptor got other numbers.</summary>
    Renumbered = 8,
}

/// <summary>What a subscription read of late. A packet whose source was left several changes ago cannot be sent again.</summary>
internal struct RecentSources
{
    /// <summary>No source.</summary>
    public const ushort None = 0;

    private const int Count = 4;

    // A multiple of the places. At least one packet was sent under each number before the next: a number comes again when no packet of its time before is remembered.
    private const int Numbers = 0xFFFC;

    private Streams _streams;
    private ushort _newest;

    /// <summary>The number of the one that is read now.</summary>
    public readonly ushort Newest => _newest;

    /// <summary>Another one is read from here on.</summary>
    /// <param name="stream">Where its packets are.</param>
    /// <param name="isUsed">False when nothing was sent of the one before: its number is free.</param>
    public void Add(LayerStream stream, bool isUsed)
    {
        if (isUsed || _newest == None)
            _newest = (ushort)(_newest % Numbers + 1);
        _streams[_newest % Count] = stream;
    }

    /// <summary>The stream of a number; null when it was given up.</summary>
    public readonly LayerStream? Find(ushort source)
    {
        var age = _newest - source;
        return source == None || (age < 0 ? age + Numbers : age) >= Count ? null : _streams[source % Count];
    }

    [InlineArray(Count)]
    private struct Streams
    {
        private LayerStream? _first;
    }
}

/// <summary>The last packets of one subscription, by their number.</summary>
internal sealed class SentLog
{
    /// <summary>Packets remembered: a second of 2.5 Mbit/s, half of one of 5 Mbit/s. A repair that takes longer is none.</summary>
    public const int Capacity = 256;

    /// <summary>No number that can be asked for: those go down to -32768, before the first one.</summary>
    public const long Unused = long.MinValue;

    private readonly SentPacket[] _packets = new SentPacket[Capacity];

    public SentLog()
    {
        foreach (ref var packet in _packets.AsSpan())
            packet.Sequence = Unused;
    }

    /// <summary>The place of a number; what was there before is overwritten by the caller.</summary>
    public ref SentPacket this[long sequence] => ref _packets[(int)(sequence & Capacity - 1)];
}
