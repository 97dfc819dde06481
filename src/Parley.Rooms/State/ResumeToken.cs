// The secret that brings a participant back: shown once, kept as its hash, replaced at each resume.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Rooms;

/// <summary>A participant's newest resume token and the one before, which stays good until the newest is used.</summary>
internal sealed class ResumeToken(byte[] hash, byte[]? previousHash)
{
    private const int SecretBytes = 32;

    public byte[] Hash { get; private set; } = hash;

    public byte[]? PreviousHash { get; private set; } = previousHash;

    /// <summary>The newest token itself, so that a repeated join is answered alike; null after a restart until the next resume.</summary>
    public string? Text { get; private set; }

    public static ResumeToken New(IRoomEntropy entropy)
    {
        var token = new ResumeToken([], null);
        token.Replace(entropy);
        return token;
    }

    public static bool Matches(string text, byte[] hash, byte[]? previousHash)
    {
        var offered = HashOf(text);
        return CryptographicOperations.FixedTimeEquals(offered, hash)
            || (previousHash is not null && CryptographicOperations.FixedTimeEquals(offered, previousHash));
    }

    public bool Matches(string text) => Matches(text, Hash, PreviousHash);

    /// <summary>Makes a new token after <paramref name="used"/> was shown: the used one is what the client surely has, so it stays good beside the new one.</summary>
    public void Rotate(string used, IRoomEntropy entropy)
    {
        PreviousHash = HashOf(used);
        Replace(entropy);
    }

    /// <summary>Makes sure that the newest token is known, after a restart for somebody who comes back by repeating their join.</summary>
    /// <returns>True when a new one had to be made.</returns>
    public bool Ensure(IRoomEntropy entropy)
    {
        if (Text is not null)
            return false;
        PreviousHash = Hash;
        Replace(entropy);
        return true;
    }

    private static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private void Replace(IRoomEntropy entropy)
    {
        Span<byte> secret = stackalloc byte[SecretBytes];
        entropy.Fill(secret);
        Text = Base64Url.EncodeToString(secret);
        Hash = HashOf(Text);
    }
}
