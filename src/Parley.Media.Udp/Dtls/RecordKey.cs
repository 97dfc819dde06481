// Seals and opens single records of DTLS 1.2 without OpenSSL's session. RFC 6347 §4.1.2.1, RFC 5246 §6.2.3.3, RFC 5288, RFC 7905.
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parley.Media.Udp.Dtls;

/// <summary>The key of one direction.</summary>
internal sealed class RecordKey(CipherSuite suite, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
{
    public const int TagLength = 16;

    private const int ExplicitNonceLength = 8;
    private const int NonceLength = 12;
    private const int AdditionalLength = 13;

    private readonly byte[] _key = key.ToArray();
    private readonly byte[] _iv = iv.ToArray();

    private int Prefix => suite.NonceIsInRecord ? ExplicitNonceLength : 0;

    /// <summary>Writes a whole record and returns its length. The explicit nonce, eight bytes that stand in the record with GCM, must be one that this key has not seen.</summary>
    public int Seal(byte contentType, ulong epochAndSequence, ulong explicitNonce, ReadOnlySpan<byte> plain, Span<byte> record)
    {
        var length = Prefix + plain.Length + TagLength;
        record[0] = contentType;
        BinaryPrimitives.WriteUInt16BigEndian(record[1..], OpenSsl.VersionDtls12);
        BinaryPrimitives.WriteUInt64BigEndian(record[3..], epochAndSequence);
        BinaryPrimitives.WriteUInt16BigEndian(record[11..], (ushort)length);
        var fragment = record.Slice(DtlsRecord.HeaderLength, length);
        if (suite.NonceIsInRecord)
            BinaryPrimitives.WriteUInt64BigEndian(fragment, explicitNonce);

        Span<byte> nonce = stackalloc byte[NonceLength];
        Span<byte> additional = stackalloc byte[AdditionalLength];
        FillNonce(nonce, epochAndSequence, fragment);
        FillAdditional(additional, new DtlsRecord(record), plain.Length);
        var cipher = fragment.Slice(Prefix, plain.Length);
        var tag = fragment[^TagLength..];
        if (suite.NonceIsInRecord)
        {
            using var gcm = new AesGcm(_key, TagLength);
            gcm.Encrypt(nonce, plain, cipher, tag, additional);
        }
        else
        {
            using var chacha = new ChaCha20Poly1305(_key);
            chacha.Encrypt(nonce, plain, cipher, tag, additional);
        }

        return DtlsRecord.HeaderLength + length;
    }

    /// <summary>Opens a record. False when it is not authentic, or its content longer than the buffer.</summary>
    public bool TryOpen(DtlsRecord record, Span<byte> plain, out int length)
    {
        var fragment = record.Fragment;
        length = fragment.Length - Prefix - TagLength;
        if (length < 0 || length > plain.Length)
            return false;

        Span<byte> nonce = stackalloc byte[NonceLength];
        Span<byte> additional = stackalloc byte[AdditionalLength];
        FillNonce(nonce, record.EpochAndSequence, fragment);
        FillAdditional(additional, record, length);
        var cipher = fragment.Slice(Prefix, length);
        var tag = fragment[^TagLength..];
        try
        {
            if (suite.NonceIsInRecord)
            {
                using var gcm = new AesGcm(_key, TagLength);
                gcm.Decrypt(nonce, cipher, tag, plain[..length], additional);
            }
            else
            {
                using var chacha = new ChaCha20Poly1305(_key);
                chacha.Decrypt(nonce, cipher, tag, plain[..length], additional);
            }

            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private void FillNonce(Span<byte> nonce, ulong epochAndSequence, ReadOnlySpan<byte> fragment)
    {
        _iv.CopyTo(nonce);
        if (suite.NonceIsInRecord)
            fragment[..ExplicitNonceLength].CopyTo(nonce[4..]);
        else
            BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], BinaryPrimitives.ReadUInt64BigEndian(nonce[4..]) ^ epochAndSequence);
    }

    private static void FillAdditional(Span<byte> additional, DtlsRecord record, int length)
    {
        BinaryPrimitives.WriteUInt64BigEndian(additional, record.EpochAndSequence);
        additional[8] = record.ContentType;
        record.Version.CopyTo(additional[9..]);
        BinaryPrimitives.WriteUInt16BigEndian(additional[11..], (ushort)length);
    }
}
