// AES in Galois counter mode as SRTP needs it: nonces of 12 bytes, tags of 16. NIST SP 800-38D.
using System.Runtime.Intrinsics;

namespace Parley.Media.Srtp.Ciphers;

/// <summary>One AES key of 16 or 32 bytes in Galois counter mode.</summary>
internal abstract class GcmCipher : IDisposable
{
    public const int NonceLength = 12;
    public const int TagLength = 16;

    /// <summary>Encrypts <paramref name="plain"/>, and writes the tag behind it.</summary>
    /// <param name="nonce">12 bytes; the last four are zero.</param>
    /// <param name="associated">Authenticated, not encrypted.</param>
    /// <param name="plain">Elsewhere, or at the beginning of <paramref name="output"/>.</param>
    /// <param name="output">Exactly as long as the plaintext and a tag.</param>
    public abstract void Seal(Vector128<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain, Span<byte> output);

    /// <summary>Decrypts what <see cref="Seal"/> wrote. Writes nothing when the tag does not match.</summary>
    /// <param name="nonce">12 bytes; the last four are zero.</param>
    /// <param name="associated">Authenticated, not encrypted.</param>
    /// <param name="input">Ciphertext and tag.</param>
    /// <param name="plain">Exactly as long as the input without the tag. Elsewhere, or at the beginning of <paramref name="input"/>.</param>
    public abstract bool TryOpen(Vector128<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> input, Span<byte> plain);

    public abstract void Dispose();
}
