// The names and passwords by which connectivity checks prove who sends them. RFC 8445 §5.3, RFC 8839 §5.4.
using Parley.Media.Engine;

namespace Parley.Media.Ice;

/// <summary>One end's user name fragment and password.</summary>
/// <param name="Ufrag">4 to 256 characters of letters, digits, + and /.</param>
/// <param name="Password">22 to 256 such characters.</param>
public sealed record IceCredentials(string Ufrag, string Password)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// <summary>New ones: 8 characters of name (48 bits) and 24 of password (144 bits).</summary>
    public static IceCredentials Create(IMediaRandom random) => new(Text(random, 8), Text(random, 24));

    /// <summary>True when both are within the standard's lengths and characters.</summary>
    public bool IsValid => Ufrag.Length is >= 4 and <= 256 && Password.Length is >= 22 and <= 256 && Ufrag.All(Alphabet.Contains) && Password.All(Alphabet.Contains);

    /// <summary>The name alone: the password is no business of a log.</summary>
    public override string ToString() => Ufrag;

    private static string Text(IMediaRandom random, int length)
    {
        Span<byte> bytes = stackalloc byte[length];
        random.Fill(bytes);
        Span<char> text = stackalloc char[length];
        for (var i = 0; i < length; i++)
            text[i] = Alphabet[bytes[i] & 63];
        return new string(text);
    }
}
