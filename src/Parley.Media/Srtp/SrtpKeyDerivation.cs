// Session keys from a master key, with a key derivation rate of zero. RFC 3711 §4.3, RFC 6188 §3, RFC 7714 §11.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Parley.Media.Srtp;

/// <summary>What a session key is for; the value is its label on the wire of RFC 3711 §4.3.2.</summary>
internal enum SrtpKeyLabel : byte
{
    RtpEncryption = 0,
    RtpAuthentication = 1,
    RtpSalt = 2,
    RtcpEncryption = 3,
    RtcpAuthentication = 4,
    RtcpSalt = 5,
}

/// <summary>The pseudo-random function of SRTP: AES in counter mode, keyed with the master key.</summary>
internal static class SrtpKeyDerivation
{
    private const int BlockLength = 16;
    private const int LabelAt = 7;

    /// <summary>Fills <paramref name="session"/> with the session key of that label.</summary>
    /// <param name="masterKey">16 or 32 bytes.</param>
    /// <param name="masterSalt">14 bytes, or 12, which count as 14 with zeros at the end.</param>
    /// <param name="label">What the key is for.</param>
    /// <param name="session">As many bytes as are wanted, up to 2^20.</param>
    [SuppressMessage("Security", "CA5358:Review cipher mode usage with cryptography experts", Justification = "The single blocks of a counter mode that the platform lacks.")]
    public static void Derive(ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, SrtpKeyLabel label, Span<byte> session)
    {
        Span<byte> counter = stackalloc byte[BlockLength];
        Span<byte> block = stackalloc byte[BlockLength];
        counter.Clear();
        masterSalt.CopyTo(counter);
        counter[LabelAt] ^= (byte)label;
        using var aes = Aes.Create();
        aes.SetKey(masterKey);
        for (var at = 0; at < session.Length; at += BlockLength)
        {
            counter[14] = (byte)(at / BlockLength >> 8);
            counter[15] = (byte)(at / BlockLength);
            aes.EncryptEcb(counter, block, PaddingMode.None);
            block[..Math.Min(BlockLength, session.Length - at)].CopyTo(session[at..]);
        }

        CryptographicOperations.ZeroMemory(block);
    }
}
