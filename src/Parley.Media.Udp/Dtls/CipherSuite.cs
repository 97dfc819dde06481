// The cipher suites that we negotiate: AEAD with an ephemeral key alone. RFC 8827 §6.5 demands the first of every peer; RFC 5289, RFC 7905.
using System.Security.Cryptography;

namespace Parley.Media.Udp.Dtls;

/// <summary>A cipher suite and what its records need.</summary>
internal sealed class CipherSuite
{
    /// <summary>In the order of preference. The server's certificate is ECDSA or, when the server is the peer, maybe RSA.</summary>
    public static readonly CipherSuite[] All =
    [
        new(0xC02B, "ECDHE-ECDSA-AES128-GCM-SHA256", 16, 4, HashAlgorithmName.SHA256),
        new(0xC02F, "ECDHE-RSA-AES128-GCM-SHA256", 16, 4, HashAlgorithmName.SHA256),
        new(0xC02C, "ECDHE-ECDSA-AES256-GCM-SHA384", 32, 4, HashAlgorithmName.SHA384),
        new(0xC030, "ECDHE-RSA-AES256-GCM-SHA384", 32, 4, HashAlgorithmName.SHA384),
        new(0xCCA9, "ECDHE-ECDSA-CHACHA20-POLY1305", 32, 12, HashAlgorithmName.SHA256),
        new(0xCCA8, "ECDHE-RSA-CHACHA20-POLY1305", 32, 12, HashAlgorithmName.SHA256),
    ];

    private readonly HashAlgorithmName _hash;

    private CipherSuite(ushort number, string name, int keyLength, int ivLength, HashAlgorithmName hash)
    {
        Number = number;
        Name = name;
        KeyLength = keyLength;
        IvLength = ivLength;
        _hash = hash;
    }

    public ushort Number { get; }

    public string Name { get; }

    public int KeyLength { get; }

    /// <summary>Bytes of the nonce that come from the key block: with GCM the other eight stand in the record.</summary>
    public int IvLength { get; }

    public bool NonceIsInRecord => IvLength == 4;

    public static CipherSuite Of(ushort number) => Array.Find(All, suite => suite.Number == number)
        ?? throw new InvalidOperationException($"Cipher suite {number:X4} was never offered.");

    /// <summary>The keys of both directions (RFC 5246 §6.3): client key, server key, client IV, server IV.</summary>
    public byte[] KeyBlock(ReadOnlySpan<byte> masterSecret, ReadOnlySpan<byte> clientRandom, ReadOnlySpan<byte> serverRandom)
    {
        ReadOnlySpan<byte> label = "key expansion"u8;
        Span<byte> seed = stackalloc byte[label.Length + 64];
        label.CopyTo(seed);
        serverRandom.CopyTo(seed[label.Length..]);
        clientRandom.CopyTo(seed[(label.Length + 32)..]);
        var block = new byte[2 * (KeyLength + IvLength)];
        Expand(masterSecret, seed, block);
        return block;
    }

    /// <summary>P_hash of RFC 5246 §5.</summary>
    internal void Expand(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> seed, Span<byte> output)
    {
        var size = _hash == HashAlgorithmName.SHA384 ? 48 : 32;
        Span<byte> chained = stackalloc byte[size + seed.Length];
        Span<byte> piece = stackalloc byte[size];
        seed.CopyTo(chained[size..]);
        CryptographicOperations.HmacData(_hash, secret, seed, chained);
        while (!output.IsEmpty)
        {
            CryptographicOperations.HmacData(_hash, secret, chained, piece);
            var taken = Math.Min(size, output.Length);
            piece[..taken].CopyTo(output);
            output = output[taken..];
            CryptographicOperations.HmacData(_hash, secret, chained[..size], piece);
            piece.CopyTo(chained);
        }
    }
}
