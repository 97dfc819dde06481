// The hash of a certificate by which SDP binds the media to the signaling. RFC 8122 §5.
using System.Security.Cryptography;

namespace Parley.Media.Dtls;

/// <summary>A certificate's fingerprint.</summary>
public sealed class Fingerprint : IEquatable<Fingerprint>
{
    private readonly byte[] _hash;

    private Fingerprint(string algorithm, byte[] hash)
    {
        Algorithm = algorithm;
        _hash = hash;
    }

    /// <summary>The hash function, in lower case: <c>sha-256</c>, <c>sha-384</c> or <c>sha-512</c>.</summary>
    public string Algorithm { get; }

    /// <summary>Bytes of the hash: of two functions the one with more is the stronger.</summary>
    internal int Strength => _hash.Length;

    /// <summary>The fingerprint by SHA-256 of a certificate in DER.</summary>
    public static Fingerprint Of(ReadOnlySpan<byte> certificate) => new("sha-256", SHA256.HashData(certificate));

    /// <summary>Reads the value of <c>a=fingerprint</c>. False for a hash that is not one of the three, or of the wrong length.</summary>
    public static bool TryParse(string text, out Fingerprint? fingerprint)
    {
        fingerprint = null;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length != 2)
            return false;
        var algorithm = parts[0].ToLowerInvariant();
        var length = algorithm switch { "sha-256" => 32, "sha-384" => 48, "sha-512" => 64, _ => 0 };
        if (length == 0 || parts[1].Length != length * 3 - 1)
            return false;
        var hash = new byte[length];
        for (var i = 0; i < length; i++)
        {
            if (i > 0 && parts[1][i * 3 - 1] != ':')
                return false;
            if (!byte.TryParse(parts[1].AsSpan(i * 3, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out hash[i]))
                return false;
        }

        fingerprint = new Fingerprint(algorithm, hash);
        return true;
    }

    /// <summary>True when this is the fingerprint of the certificate, given in DER.</summary>
    public bool Matches(ReadOnlySpan<byte> certificate)
    {
        Span<byte> hash = stackalloc byte[64];
        var length = Algorithm switch
        {
            "sha-384" => SHA384.HashData(certificate, hash),
            "sha-512" => SHA512.HashData(certificate, hash),
            _ => SHA256.HashData(certificate, hash),
        };
        return CryptographicOperations.FixedTimeEquals(hash[..length], _hash);
    }

    /// <inheritdoc/>
    public bool Equals(Fingerprint? other) => other is not null && Algorithm == other.Algorithm && _hash.AsSpan().SequenceEqual(other._hash);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Fingerprint);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_hash);

    /// <summary>The value of <c>a=fingerprint</c>.</summary>
    public override string ToString() => $"{Algorithm} {string.Join(':', _hash.Select(static value => value.ToString("X2", null)))}";
}
