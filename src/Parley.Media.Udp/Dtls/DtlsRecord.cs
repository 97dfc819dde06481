// The records of a datagram. RFC 6347 §4.1; RFC 7983 for what makes a datagram DTLS.
using System.Buffers.Binary;

namespace Parley.Media.Udp.Dtls;

/// <summary>One record, as it stands in its datagram.</summary>
internal readonly ref struct DtlsRecord(ReadOnlySpan<byte> record)
{
    public const int HeaderLength = 13;
    public const byte ChangeCipherSpec = 20;
    public const byte Alert = 21;
    public const byte Handshake = 22;
    public const byte ApplicationData = 23;

    private readonly ReadOnlySpan<byte> _record = record;

    public ReadOnlySpan<byte> Bytes => _record;

    public byte ContentType => _record[0];

    public ushort Epoch => BinaryPrimitives.ReadUInt16BigEndian(_record[3..]);

    /// <summary>The epoch in the upper 16 bits, the sequence number in the lower 48.</summary>
    public ulong EpochAndSequence => BinaryPrimitives.ReadUInt64BigEndian(_record[3..]);

    public ReadOnlySpan<byte> Version => _record.Slice(1, 2);

    public ReadOnlySpan<byte> Fragment => _record[HeaderLength..];

    /// <summary>True when the datagram begins with a whole record of DTLS 1.0 or 1.2; OpenSSL need not see any other.</summary>
    public static bool Begins(ReadOnlySpan<byte> datagram) =>
        datagram.Length > HeaderLength
        && datagram[0] is >= ChangeCipherSpec and <= ApplicationData
        && datagram[1] == 0xFE
        && HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(datagram[11..]) <= datagram.Length;

    /// <summary>True when the datagram begins with a ClientHello or a fragment of one, which is all that a server has to look at first.</summary>
    public static bool BeginsWithClientHello(ReadOnlySpan<byte> datagram)
    {
        if (!Begins(datagram))
            return false;
        var record = new DtlsRecord(datagram);
        return record is { ContentType: Handshake, Epoch: 0 } && record.Fragment[0] == 1;
    }

    public static DtlsRecords In(ReadOnlySpan<byte> datagram) => new(datagram);
}

/// <summary>Walks over the records of a datagram and ends at the first that is not whole.</summary>
internal ref struct DtlsRecords(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;
    private ReadOnlySpan<byte> _current;

    public readonly DtlsRecord Current => new(_current);

    public readonly DtlsRecords GetEnumerator() => this;

    public bool MoveNext()
    {
        if (!DtlsRecord.Begins(_rest))
            return false;
        var length = DtlsRecord.HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(_rest[11..]);
        _current = _rest[..length];
        _rest = _rest[length..];
        return true;
    }
}
