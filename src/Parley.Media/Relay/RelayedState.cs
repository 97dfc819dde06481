// How a relayed track's layers stand: which are alive, how far those have come that are sent, and what their publisher's clock says.
using System.Buffers.Binary;

namespace Parley.Media.Relay;

/// <summary>What is told of one layer that is sent.</summary>
/// <param name="Layer">Which.</param>
/// <param name="Next">The number that its next packet gets.</param>
/// <param name="HasClock">False before the publisher's first report.</param>
/// <param name="Ntp">The publisher's wall clock in its last report.</param>
/// <param name="Timestamp">The RTP timestamp of the same instant.</param>
/// <param name="ArrivalUs">When the report came, by the clock of the other end.</param>
internal readonly record struct RelayedLayerState(int Layer, ushort Next, bool HasClock, ulong Ntp, uint Timestamp, long ArrivalUs);

/// <summary>A record of kind <see cref="RelayRecordKind.State"/>.</summary>
internal readonly ref struct RelayedState
{
    public const int HeaderLength = 14;
    public const int EntryLength = 22;

    private readonly ReadOnlySpan<byte> _entries;

    private RelayedState(ushort alive, long sentUs, ReadOnlySpan<byte> entries)
    {
        Alive = alive;
        SentUs = sentUs;
        _entries = entries;
    }

    /// <summary>A bit for each layer that is alive.</summary>
    public ushort Alive { get; }

    /// <summary>When it was written, by the clock of the other end; 48 bits.</summary>
    public long SentUs { get; }

    /// <summary>How many layers are told of.</summary>
    public int Count => _entries.Length / EntryLength;

    public RelayedLayerState this[int index]
    {
        get
        {
            var entry = _entries.Slice(index * EntryLength, EntryLength);
            return new RelayedLayerState(
                entry[0], BinaryPrimitives.ReadUInt16BigEndian(entry[1..]), entry[3] != 0, BinaryPrimitives.ReadUInt64BigEndian(entry[4..]),
                BinaryPrimitives.ReadUInt32BigEndian(entry[12..]), RelayRecord.ReadNumber(entry[16..]));
        }
    }

    /// <summary>Reads a record of this kind; false when anything of it is not as it must be.</summary>
    public static bool TryRead(ReadOnlySpan<byte> record, out RelayedState state)
    {
        state = default;
        if (record.Length < HeaderLength || record[5] > RelayRecord.MaxLayers || record.Length != HeaderLength + record[5] * EntryLength)
            return false;
        var entries = record[HeaderLength..];
        for (int at = 0, least = 0; at < entries.Length; at += EntryLength)
        {
            // Each layer once, in order.
            if (entries[at] < least || entries[at] >= RelayRecord.MaxLayers || entries[at + 3] > 1)
                return false;
            least = entries[at] + 1;
        }

        state = new RelayedState(BinaryPrimitives.ReadUInt16BigEndian(record[6..]), RelayRecord.ReadNumber(record[8..]), entries);
        return true;
    }

    /// <returns>The record's length.</returns>
    public static int Write(Span<byte> target, uint track, ushort alive, long sentUs, ReadOnlySpan<RelayedLayerState> layers)
    {
        RelayRecord.Write(target, RelayRecordKind.State, track);
        target[5] = (byte)layers.Length;
        BinaryPrimitives.WriteUInt16BigEndian(target[6..], alive);
        RelayRecord.WriteNumber(target[8..], sentUs);
        var at = HeaderLength;
        foreach (var layer in layers)
        {
            var entry = target.Slice(at, EntryLength);
            entry[0] = (byte)layer.Layer;
            BinaryPrimitives.WriteUInt16BigEndian(entry[1..], layer.Next);
            entry[3] = (byte)(layer.HasClock ? 1 : 0);
            BinaryPrimitives.WriteUInt64BigEndian(entry[4..], layer.Ntp);
            BinaryPrimitives.WriteUInt32BigEndian(entry[12..], layer.Timestamp);
            RelayRecord.WriteNumber(entry[16..], layer.ArrivalUs);
            at += EntryLength;
        }

        return at;
    }
}
