// The secrets behind the refresh cookie. The successor is derived, so that a repeated attempt finds it without it being stored.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Data;

/// <summary>Makes, derives and hashes refresh tokens.</summary>
public static class RefreshToken
{
    private const int TokenBytes = 32;

    /// <summary>A new unpredictable token, base64url.</summary>
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>
    /// The token that follows <paramref name="token"/>: HMAC-SHA256 under the server's key of the token and the attempt; without an
    /// attempt it is unpredictable, since nothing may repeat it.
    /// </summary>
    /// <param name="key">A secret of the server, at least 32 bytes.</param>
    /// <param name="token">The presented token.</param>
    /// <param name="attempt">The client's own id of this refresh; null when it gave none.</param>
    public static string Successor(ReadOnlySpan<byte> key, string token, string? attempt)
    {
        if (attempt is null)
            return Create();
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"parley refresh\0{token}\0{attempt}"), mac);
        return Base64Url.EncodeToString(mac);
    }

    /// <summary>What is stored of a token: SHA-256, hexadecimal. The token has 256 random bits, so no salt or slow hash is needed.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
