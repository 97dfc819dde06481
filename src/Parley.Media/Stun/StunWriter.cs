// Writes a STUN message into a span. RFC 8489 §5, §14.
using System.Buffers.Binary;
using System.Text;
using Parley.Media.Engine;

namespace Parley.Media.Stun;

/// <summary>Appends attributes to a message; the caller gives room enough (<see cref="MaxResponse"/> for any answer of ours).</summary>
internal ref struct StunWriter
{
    /// <summary>Bytes that the longest of our answers takes.</summary>
    public const int MaxResponse = 128;

    private readonly Span<byte> _bytes;
    private int _length;

    public StunWriter(Span<byte> bytes, ushort type, ReadOnlySpan<byte> transactionId)
    {
        _bytes = bytes;
        _length = StunConstants.HeaderLength;
        BinaryPrimitives.WriteUInt16BigEndian(bytes, type);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], StunConstants.MagicCookie);
        transactionId.CopyTo(bytes[8..]);
    }

    public void XorMappedAddress(TransportAddress address)
    {
        var value = Append(StunConstants.XorMappedAddress, address.IsIPv4 ? 8 : 20);
        value[0] = 0;
        value[1] = address.IsIPv4 ? (byte)1 : (byte)2;
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], (ushort)(address.Port ^ StunConstants.MagicCookie >> 16));
        var length = address.WriteAddress(value[4..]);
        for (var i = 0; i < length; i++)
            value[4 + i] ^= _bytes[4 + i];
    }

    public void ErrorCode(int code, string reason)
    {
        var value = Append(StunConstants.ErrorCode, 4 + reason.Length);
        value[0] = value[1] = 0;
        value[2] = (byte)(code / 100);
        value[3] = (byte)(code % 100);
        Encoding.ASCII.GetBytes(reason, value[4..]);
    }

    public void UnknownAttribute(ushort type) => BinaryPrimitives.WriteUInt16BigEndian(Append(StunConstants.UnknownAttributes, 2), type);

    /// <summary>Adds MESSAGE-INTEGRITY and FINGERPRINT, and closes the message.</summary>
    /// <returns>The message's length.</returns>
    public int Seal(ReadOnlySpan<byte> key)
    {
        var covered = _length;
        var integrity = Append(StunConstants.MessageIntegrity, 20);
        StunHash.Of(key, _bytes[..covered], integrity);
        return Close();
    }

    /// <summary>Adds FINGERPRINT, and closes the message.</summary>
    public int Close()
    {
        var covered = _length;
        var value = Append(StunConstants.Fingerprint, 4);
        BinaryPrimitives.WriteUInt32BigEndian(value, Crc32.Of(_bytes[..covered]) ^ StunConstants.FingerprintXor);
        return _length;
    }

    /// <summary>Adds an attribute; its padding is written.</summary>
    /// <returns>Room for its value.</returns>
    public Span<byte> Append(ushort type, int size)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes[_length..], type);
        BinaryPrimitives.WriteUInt16BigEndian(_bytes[(_length + 2)..], (ushort)size);
        var padded = size + 3 & ~3;
        var value = _bytes.Slice(_length + 4, size);
        _bytes.Slice(_length + 4 + size, padded - size).Clear();
        _length += 4 + padded;
        BinaryPrimitives.WriteUInt16BigEndian(_bytes[2..], (ushort)(_length - StunConstants.HeaderLength));
        return value;
    }
}
