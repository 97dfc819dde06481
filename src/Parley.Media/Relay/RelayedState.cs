// How a relayed track's layers stand: which are alive, how far those have come that are sent, what their publisher's clock says, and how much they take.
using System.Buffers.Binary;
using Parley.Media.Bandwidth;

namespace Parley.Media.Relay;

[Flags]
internal enum RelayedLayerFlags : byte
{
    None = 0,

    /// <summary>It has sent something of late.</summary>
    Alive = 1,

    /// <summary>It is sent to the reader.</summary>
    Sent = 2,

    /// <summary>The publisher has reported.</summary>
    HasClock = 4,

    All = 7,
}

/// <summary>What is told of one layer.</summary>
/// <param name="Flags">What it is.</param>
/// <param name="Next">The number that its next packet gets.</param>
/// <param name="Ntp">The publisher's wall clock in its last report.</param>
/// <param name="Timestamp">The RTP timestamp of the same instant.</param>
/// <param name="ArrivalUs">When the report came, by the clock of the other end.</param>
/// <param name="Source">Which of the publisher's sources it sends now, and the clock is of; 4 bits, which wrap.</param>
/// <param name="Rates">The kilobits per second of four temporal layers, each for itself and of 16 bits, the first at the bottom: a reader of another layer cannot measure them.</param>
internal readonly record struct RelayedLayerState(RelayedLayerFlags Flags, ushort Next, ulong Ntp, uint Timestamp, long ArrivalUs, int Source, ulong Rates)
{
    public bool Is(RelayedLayerFlags flags) => (Flags & flags) == flags;

    /// <summary>Packs rates of bits per second.</summary>
    public static ulong Pack(ReadOnlySpan<int> rates)
    {
        ulong packed = 0;
        // What is less than a kilobit is not nothing.
        for (var i = 0; i < LayerDemand.MaxTemporal; i++)
            packed |= (ulong)Math.Min(ushort.MaxValue, (rates[i] + 999L) / 1000) << 16 * i;
        return packed;
    }

    /// <summary>The bits per second of a temporal layer.</summary>
    public int RateOf(int temporal) => (int)(Rates >> 16 * temporal & ushort.MaxValue) * 1000;
}

/// <summary>A record of kind <see cref="RelayRecordKind.State"/>: one entry for each layer of the track, in order.</summary>
internal readonly ref struct RelayedState
{
    public const int HeaderLength = RelayRecord.HeaderLength + 7;
    public const int EntryLength = 29;

    private readonly ReadOnlySpan<byte> _entries;

    private RelayedState(long sentUs, ReadOnlySpan<byte> entries)
    {
        SentUs = sentUs;
        _entries = entries;
    }

    /// <summary>When it was written, by the clock of the other end; 48 bits.</summary>
    public long SentUs { get; }

    /// <summary>How many layers are told of.</summary>
    public int Count => _entries.Length / EntryLength;

    public RelayedLayerState this[int layer]
    {
        get
        {
            var entry = _entries.Slice(layer * EntryLength, EntryLength);
            return new RelayedLayerState(
                (RelayedLayerFlags)entry[0] & RelayedLayerFlags.All, BinaryPrimitives.ReadUInt16BigEndian(entry[1..]), BinaryPrimitives.ReadUInt64BigEndian(entry[3..]),
                BinaryPrimitives.ReadUInt32BigEndian(entry[11..]), RelayRecord.ReadNumber(entry[15..]), entry[0] >> RelayRecord.SourceAt,
                BinaryPrimitives.ReadUInt64BigEndian(entry[21..]));
        }
    }

    /// <summary>Reads a record of this kind; false when anything of it is not as it must be.</summary>
    public static bool TryRead(ReadOnlySpan<byte> record, out RelayedState state)
    {
        state = default;
        if (record.Length < HeaderLength || record[5] > RelayRecord.MaxLayers || record.Length != HeaderLength + record[5] * EntryLength)
            return false;
        var entries = record[HeaderLength..];
        for (var at = 0; at < entries.Length; at += EntryLength)
        {
            if ((entries[at] & ~((int)RelayedLayerFlags.All | RelayRecord.SourceMask << RelayRecord.SourceAt)) != 0)
                return false;
        }

        state = new RelayedState(RelayRecord.ReadNumber(record[6..]), entries);
        return true;
    }

    /// <returns>The record's length.</returns>
    public static int Write(Span<byte> target, uint track, long sentUs, ReadOnlySpan<RelayedLayerState> layers)
    {
        RelayRecord.Write(target, RelayRecordKind.State, track);
        target[5] = (byte)layers.Length;
        RelayRecord.WriteNumber(target[6..], sentUs);
        var at = HeaderLength;
        foreach (var layer in layers)
        {
            var entry = target.Slice(at, EntryLength);
            entry[0] = (byte)((int)layer.Flags | layer.Source << RelayRecord.SourceAt);
            BinaryPrimitives.WriteUInt16BigEndian(entry[1..], layer.Next);
            BinaryPrimitives.WriteUInt64BigEndian(entry[3..], layer.Ntp);
            BinaryPrimitives.WriteUInt32BigEndian(entry[11..], layer.Timestamp);
            RelayRecord.WriteNumber(entry[15..], layer.ArrivalUs);
            BinaryPrimitives.WriteUInt64BigEndian(entry[21..], layer.Rates);
            at += EntryLength;
        }

        return at;
    }
}
