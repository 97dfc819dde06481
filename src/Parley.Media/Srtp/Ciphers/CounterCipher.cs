// AES in counter mode, the keystream of AES_CM. RFC 3711 §4.1.1.
using System.Runtime.Intrinsics;

namespace Parley.Media.Srtp.Ciphers;

/// <summary>One AES key of 16 or 32 bytes in counter mode.</summary>
internal abstract class CounterCipher : IDisposable
{
    /// <summary>Adds the keystream to <paramref name="source"/>; the same call encrypts and decrypts.</summary>
    /// <param name="initial">The first counter block; its last two bytes, which count blocks, are zero.</param>
    /// <param name="source">At most 2^20 bytes.</param>
    /// <param name="destination">At least as long as the source. Elsewhere, or the same place.</param>
    public abstract void Transform(Vector128<byte> initial, ReadOnlySpan<byte> source, Span<byte> destination);

    public abstract void Dispose();
}
