// What flows back over a link: which layers are read, of which a keyframe is needed, and which packets did not arrive.
using System.Buffers.Binary;
using Parley.Media.Receive;

namespace Parley.Media.Relay;

/// <summary>A record of kind <see cref="RelayRecordKind.Want"/>: a bit for each layer.</summary>
/// <param name="Layers">Layers that somebody reads.</param>
/// <param name="Keyframes">Layers of which a keyframe is needed.</param>
internal readonly record struct RelayWant(ushort Layers, ushort Keyframes)
{
    public const int Length = RelayRecord.HeaderLength + 4;

    public static bool TryRead(ReadOnlySpan<byte> record, out RelayWant want)
    {
        want = default;
        if (record.Length != Length)
            return false;
        want = new RelayWant(BinaryPrimitives.ReadUInt16BigEndian(record[5..]), BinaryPrimitives.ReadUInt16BigEndian(record[7..]));
        return true;
    }

    public void Write(Span<byte> target, uint track)
    {
        RelayRecord.Write(target, RelayRecordKind.Want, track);
        BinaryPrimitives.WriteUInt16BigEndian(target[5..], Layers);
        BinaryPrimitives.WriteUInt16BigEndian(target[7..], Keyframes);
    }
}

/// <summary>A record of kind <see cref="RelayRecordKind.Missing"/>.</summary>
internal readonly ref struct RelayMissing
{
    public const int HeaderLength = RelayRecord.HeaderLength + 2;
    public const int MaxLength = HeaderLength + 2 * MissingPackets.MaxMissing;

    private readonly ReadOnlySpan<byte> _numbers;

    private RelayMissing(int layer, ReadOnlySpan<byte> numbers)
    {
        Layer = layer;
        _numbers = numbers;
    }

    public int Layer { get; }

    public int Count => _numbers.Length / 2;

    public ushort this[int index] => BinaryPrimitives.ReadUInt16BigEndian(_numbers[(2 * index)..]);

    public static bool TryRead(ReadOnlySpan<byte> record, out RelayMissing missing)
    {
        missing = default;
        if (record.Length < HeaderLength || record[5] >= RelayRecord.MaxLayers || record[6] > MissingPackets.MaxMissing || record.Length != HeaderLength + 2 * record[6])
            return false;
        missing = new RelayMissing(record[5], record[HeaderLength..]);
        return true;
    }

    /// <returns>The record's length.</returns>
    public static int Write(Span<byte> target, uint track, int layer, ReadOnlySpan<ushort> numbers)
    {
        RelayRecord.Write(target, RelayRecordKind.Missing, track);
        target[5] = (byte)layer;
        target[6] = (byte)numbers.Length;
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(target[(HeaderLength + 2 * i)..], numbers[i]);
        return HeaderLength + 2 * numbers.Length;
    }
}
