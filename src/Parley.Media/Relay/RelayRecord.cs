// What passes between the ends of a link: one record each, numbers in network order. docs/decisions/0019-relayed-by-records.md tells the format.
using System.Buffers.Binary;

namespace Parley.Media.Relay;

internal enum RelayRecordKind : byte
{
    /// <summary>A packet.</summary>
    Media = 1,

    /// <summary>How a track's layers stand.</summary>
    State = 2,

    /// <summary>The track is no more.</summary>
    Ended = 3,

    /// <summary>Which layers are read, and of which a keyframe is needed.</summary>
    Want = 4,

    /// <summary>Packets that did not arrive.</summary>
    Missing = 5,

    /// <summary>The track is not read any more, and never again under this number.</summary>
    Stop = 6,
}

/// <summary>The first bytes of every record: version and kind, then the track's number, which whoever has the track gave it.</summary>
internal static class RelayRecord
{
    public const int Version = 1;

    public const int HeaderLength = 5;

    /// <summary>Layers that a mask has room for.</summary>
    public const int MaxLayers = 16;

    /// <summary>Flags are in the lower half of their byte, above them the number of the publisher's source.</summary>
    public const int SourceAt = 4;

    public const int SourceMask = 15;

    public static bool TryRead(ReadOnlySpan<byte> record, out RelayRecordKind kind, out uint track)
    {
        (kind, track) = (default, 0);
        if (record.Length < HeaderLength || record[0] >> 4 != Version)
            return false;
        kind = (RelayRecordKind)(record[0] & 15);
        track = BinaryPrimitives.ReadUInt32BigEndian(record[1..]);
        return kind is >= RelayRecordKind.Media and <= RelayRecordKind.Stop;
    }

    public static void Write(Span<byte> target, RelayRecordKind kind, uint track)
    {
        target[0] = (byte)(Version << 4 | (int)kind);
        BinaryPrimitives.WriteUInt32BigEndian(target[1..], track);
    }

    /// <summary>48 bits: a packet index as long as SRTP has them, or microseconds of nine years.</summary>
    public static long ReadNumber(ReadOnlySpan<byte> source) =>
        (long)BinaryPrimitives.ReadUInt16BigEndian(source) << 32 | BinaryPrimitives.ReadUInt32BigEndian(source[2..]);

    public static void WriteNumber(Span<byte> target, long value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)(value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(target[2..], (uint)value);
    }
}
