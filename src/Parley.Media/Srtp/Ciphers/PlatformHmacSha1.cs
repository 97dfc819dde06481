// The platform's HMAC-SHA1.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Parley.Media.Srtp.Ciphers;

[SuppressMessage("Security", "CA5350:Do not use weak cryptographic algorithms", Justification = "RFC 3711 asks for HMAC-SHA1.")]
internal sealed class PlatformHmacSha1(ReadOnlySpan<byte> key) : MessageAuthenticator
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, key); // owned

    /// <inheritdoc/>
    public override void Compute(ReadOnlySpan<byte> message, ReadOnlySpan<byte> suffix, Span<byte> tag)
    {
        _hash.AppendData(message);
        _hash.AppendData(suffix);
        _hash.GetHashAndReset(tag);
    }

    /// <inheritdoc/>
    public override void Dispose() => _hash.Dispose();
}
