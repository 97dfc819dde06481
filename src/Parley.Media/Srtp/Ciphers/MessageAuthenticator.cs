// HMAC-SHA1, of which SRTP sends the first ten bytes. RFC 2104, RFC 3711 §4.2.1.
namespace Parley.Media.Srtp.Ciphers;

/// <summary>One HMAC-SHA1 key.</summary>
internal abstract class MessageAuthenticator : IDisposable
{
    public const int FullTagLength = 20;

    /// <summary>Writes the tag of <paramref name="message"/>.</summary>
    /// <param name="message">What is authenticated.</param>
    /// <param name="tag">20 bytes.</param>
    public void Compute(ReadOnlySpan<byte> message, Span<byte> tag) => Compute(message, [], tag);

    /// <summary>Writes the tag of <paramref name="message"/> followed by <paramref name="suffix"/>.</summary>
    /// <param name="message">What is authenticated.</param>
    /// <param name="suffix">What is authenticated with it, but lies elsewhere.</param>
    /// <param name="tag">20 bytes.</param>
    public abstract void Compute(ReadOnlySpan<byte> message, ReadOnlySpan<byte> suffix, Span<byte> tag);

    public abstract void Dispose();
}
