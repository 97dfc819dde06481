// What was sent and not judged yet: a ring over transport-wide sequence numbers, eight bytes a packet.
using System.Runtime.CompilerServices;
using Parley.Media.Engine;

namespace Parley.Media.Bandwidth;

/// <summary>What became of a packet.</summary>
internal enum PacketFate : byte
{
    Unused,
    InFlight,
    Lost,
    Received,
}

/// <summary>One packet on its way.</summary>
internal struct NumberedPacket
{
    /// <summary>The low half of the time of sending, in microseconds: an hour passes before it repeats.</summary>
    public uint SentUs;
    public ushort Bytes;

    /// <summary>The low byte of the probe cluster's number; 0 outside clusters.</summary>
    public byte Cluster;
    public PacketFate Fate;
}

/// <summary>The last packets that were sent. It grows while packets are overwritten that may still be reported.</summary>
internal struct NumberedPackets()
{
    private const int FirstCapacity = 256;

    /// <summary>The most packets that are remembered: a second of 75 Mbit/s.</summary>
    public const int LastCapacity = 8192;

    /// <summary>No report is waited for longer than this before a packet gives way.</summary>
    private const uint KeepUs = 2_000_000;

    // None before the first packet: who numbers nothing needs no room.
    private NumberedPacket[] _ring = [];
    private SequenceExtender _sequences;

    /// <summary>The highest number sent; meaningless while nothing was.</summary>
    public readonly long Highest => _sequences.Highest;

    public readonly bool IsEmpty => !_sequences.HasStarted;

    public void Add(ushort sequence, int bytes, long sentUs, byte cluster, bool mayGrow)
    {
        var extended = _sequences.Extend(sequence);
        if (_ring.Length == 0)
            _ring = new NumberedPacket[FirstCapacity];
        ref var packet = ref _ring[extended & (_ring.Length - 1)];
        if (mayGrow && packet.Fate == PacketFate.InFlight && _ring.Length < LastCapacity && (uint)sentUs - packet.SentUs < KeepUs)
        {
            Grow(extended);
            packet = ref _ring[extended & (_ring.Length - 1)];
        }

        packet = new NumberedPacket
        {
            SentUs = (uint)sentUs,
            Bytes = (ushort)Math.Clamp(bytes, 0, ushort.MaxValue),
            Cluster = cluster,
            Fate = PacketFate.InFlight,
        };
    }

    /// <summary>Finds a packet by the number in a report; one that was not sent, or is too long ago, is a null reference.</summary>
    public readonly ref NumberedPacket Find(ushort sequence, out long extended)
    {
        extended = _sequences.Nearest(sequence);
        if (!_sequences.HasStarted || extended > _sequences.Highest || extended <= _sequences.Highest - _ring.Length)
            return ref Unsafe.NullRef<NumberedPacket>();
        return ref _ring[extended & (_ring.Length - 1)];
    }

    /// <summary>Which of a row of numbers are remembered: those from one position to before another.</summary>
    public readonly (int First, int End) Remembered(ushort sequence, int count)
    {
        var first = _sequences.Nearest(sequence);
        var oldest = _sequences.Highest - _ring.Length + 1;
        return ((int)Math.Clamp(oldest - first, 0, count), (int)Math.Clamp(_sequences.Highest + 1 - first, 0, count));
    }

    /// <summary>The whole time of sending: the latest before now that has the low half.</summary>
    public static long SentUs(in NumberedPacket packet, long nowUs) => nowUs - (uint)((uint)nowUs - packet.SentUs);

    private void Grow(long next)
    {
        var larger = new NumberedPacket[_ring.Length * 2];
        for (var sequence = next - _ring.Length; sequence < next; sequence++)
            larger[sequence & (larger.Length - 1)] = _ring[sequence & (_ring.Length - 1)];
        _ring = larger;
    }
}
