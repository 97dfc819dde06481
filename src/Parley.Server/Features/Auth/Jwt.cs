// RFC 7519 in the one profile we use: compact form, HS256 (RFC 7518 §3.2), bounded in size, strict in form (RFC 8725).
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Protocol;

namespace Parley.Server.Features.Auth;

/// <summary>The header of a token.</summary>
internal sealed record JwtHeader(string? Alg, string? Typ, string? Kid, JsonElement Crit);

/// <summary>The claims that Parley knows; others are ignored.</summary>
internal sealed record JwtClaims
{
    public string? Iss { get; init; }

    public string? Sub { get; init; }

    /// <summary>A string or an array of strings.</summary>
    public JsonElement Aud { get; init; }

    /// <summary>Seconds since 1970; a fraction is allowed (NumericDate).</summary>
    public double? Exp { get; init; }

    public double? Nbf { get; init; }

    public double? Iat { get; init; }

    public string? Jti { get; init; }

    /// <summary>The sign-in that the token descends from (OpenID Connect Front-Channel Logout 1.0 §3).</summary>
    public string? Sid { get; init; }

    public string? Name { get; init; }

    public string? Room { get; init; }

    public string? Role { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    AllowDuplicateProperties = false,
    MaxDepth = 4,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(JwtHeader))]
[JsonSerializable(typeof(JwtClaims))]
internal sealed partial class JwtJson : JsonSerializerContext;

/// <summary>A token whose form is right and whose signature is still to be checked.</summary>
internal sealed class Jwt
{
    private const string Algorithm = "HS256";

    private readonly byte[] _signed;
    private readonly byte[] _signature;

    private Jwt(JwtHeader header, JwtClaims claims, byte[] signed, byte[] signature)
    {
        Header = header;
        Claims = claims;
        _signed = signed;
        _signature = signature;
    }

    public JwtHeader Header { get; }

    public JwtClaims Claims { get; }

    /// <summary>Whether this key made the signature; takes the same time wherever they differ.</summary>
    public bool IsSignedWith(ReadOnlySpan<byte> key)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, _signed, expected);
        return CryptographicOperations.FixedTimeEquals(expected, _signature);
    }

    /// <summary>Makes a signed token.</summary>
    public static string Sign(string kid, ReadOnlySpan<byte> key, JwtClaims claims)
    {
        var header = new JwtHeader(Algorithm, "JWT", kid, default);
        var signed = $"{Encode(JsonSerializer.SerializeToUtf8Bytes(header, JwtJson.Default.JwtHeader))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims, JwtJson.Default.JwtClaims))}";
        return $"{signed}.{Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>Reads a token; nothing of it may be believed before <see cref="IsSignedWith"/> and the claims were checked.</summary>
    public static TokenRefusal TryRead(string token, [NotNullWhen(true)] out Jwt? jwt)
    {
        jwt = null;
        if (token.Length is 0 or > MessageLimits.TokenLength || token.Count('.') != 2)
            return TokenRefusal.Malformed;
        var first = token.IndexOf('.', StringComparison.Ordinal);
        var second = token.LastIndexOf('.');
        if (!TryDecode(token.AsSpan(0, first), out var headerBytes)
            || !TryDecode(token.AsSpan(first + 1, second - first - 1), out var claimBytes)
            || !TryDecode(token.AsSpan(second + 1), out var signature))
            return TokenRefusal.Malformed;
        try
        {
            var header = JsonSerializer.Deserialize(headerBytes, JwtJson.Default.JwtHeader);
            if (header is null)
                return TokenRefusal.Malformed;
            // A critical extension is one that we would have to understand (RFC 7515 §4.1.11), and we know none.
            if (header.Alg != Algorithm || header.Crit.ValueKind != JsonValueKind.Undefined || header.Typ is not (null or "JWT"))
                return TokenRefusal.Algorithm;
            if (signature.Length != HMACSHA256.HashSizeInBytes)
                return TokenRefusal.Signature;
            var claims = JsonSerializer.Deserialize(claimBytes, JwtJson.Default.JwtClaims);
            if (claims is null)
                return TokenRefusal.Malformed;
            jwt = new Jwt(header, claims, Encoding.ASCII.GetBytes(token, 0, second), signature);
            return TokenRefusal.None;
        }
        catch (JsonException)
        {
            return TokenRefusal.Malformed;
        }
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.IsEmpty || text.ContainsAnyExcept(Base64UrlAlphabet) || !Base64Url.IsValid(text))
            return false;
        // The unused bits of the last character must be zero, or one signature would have several spellings.
        var decoded = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (!Base64Url.TryDecodeFromChars(text, decoded, out var written))
            return false;
        bytes = decoded[..written];
        return text.SequenceEqual(Encode(bytes));
    }

    private static readonly System.Buffers.SearchValues<char> Base64UrlAlphabet =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}
