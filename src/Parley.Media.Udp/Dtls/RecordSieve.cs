// What of a datagram OpenSSL gets to see during a handshake. OpenSSL drops most garbage by itself, but ends the handshake over some of it, and keeps up to a
// hundred records of an epoch that has not begun in 17 KiB each; RFC 6347 §4.1.2.7 asks to drop what is invalid, and nobody may fill our memory.
using System.Buffers.Binary;

namespace Parley.Media.Udp.Dtls;

/// <summary>Takes datagrams apart: records in the clear, which begin the handshake, and protected ones, which end it. One thread uses it.</summary>
internal sealed class RecordSieve
{
    /// <summary>No message of a WebRTC handshake is longer, and so no buffer of OpenSSL.</summary>
    public const int LongestMessage = 16 * 1024;

    private const int MessageHeaderLength = 12;

    private readonly byte[] _plain = new byte[DatagramPool.BufferLength];
    private readonly byte[] _protected = new byte[DatagramPool.BufferLength];

    /// <summary>The records of epoch 0 that are sound; what follows an unsound one is kept.</summary>
    public ArraySegment<byte> Plain { get; private set; }

    /// <summary>The records of epoch 1.</summary>
    public ArraySegment<byte> Protected { get; private set; }

    /// <summary>Sorts the records of a datagram of at most <see cref="DatagramPool.BufferLength"/> bytes.</summary>
    public void Sift(ReadOnlySpan<byte> datagram)
    {
        var (plain, guarded) = (0, 0);
        foreach (var record in DtlsRecord.In(datagram))
        {
            if (record.Epoch == 1)
                guarded += Append(record, _protected, guarded);
            else if (record.Epoch == 0 && IsSound(record))
                plain += Append(record, _plain, plain);
        }

        Plain = new ArraySegment<byte>(_plain, 0, plain);
        Protected = new ArraySegment<byte>(_protected, 0, guarded);
    }

    private static int Append(DtlsRecord record, byte[] to, int at)
    {
        record.Bytes.CopyTo(to.AsSpan(at));
        return record.Bytes.Length;
    }

    private static bool IsSound(DtlsRecord record) => record.ContentType switch
    {
        DtlsRecord.ChangeCipherSpec => record.Fragment.Length == 1 && record.Fragment[0] == 1,
        DtlsRecord.Alert => record.Fragment.Length == 2 && record.Fragment[0] is 1 or 2,
        DtlsRecord.Handshake => AreSoundMessages(record.Fragment),
        _ => false, // application data in the clear
    };

    /// <summary>RFC 6347 §4.2.2: every message, or piece of one, is whole and lies within its own length.</summary>
    private static bool AreSoundMessages(ReadOnlySpan<byte> rest)
    {
        while (rest.Length >= MessageHeaderLength)
        {
            var length = UInt24(rest[1..]);
            var offset = UInt24(rest[6..]);
            var piece = UInt24(rest[9..]);
            if (length > LongestMessage || offset + piece > length || MessageHeaderLength + piece > rest.Length || piece == 0 && length > 0)
                return false;
            rest = rest[(MessageHeaderLength + piece)..];
            if (rest.IsEmpty)
                return true;
        }

        return false;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] << 16 | BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
}
