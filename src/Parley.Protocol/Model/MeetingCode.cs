// The code people type or find in a link: three groups of lower-case letters, abc-defg-hij.
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>A meeting's code, <c>abc-defg-hij</c>. Case and missing hyphens are forgiven when one is read.</summary>
[JsonConverter(typeof(MeetingCodeConverter))]
public readonly record struct MeetingCode
{
    private const int Letters = 10;

    private readonly string? _text;

    private MeetingCode(string text) => _text = text;

    /// <inheritdoc/>
    public override string ToString() => _text ?? string.Empty;

    /// <summary>Makes a code of ten letters, each from 0 (a) to 25 (z).</summary>
    /// <exception cref="ArgumentException">There are not ten letters in range.</exception>
    public static MeetingCode FromLetters(ReadOnlySpan<byte> letters)
    {
        if (letters.Length != Letters || letters.ContainsAnyExceptInRange((byte)0, (byte)25))
            throw new ArgumentException("Ten letters from 0 to 25 are needed.", nameof(letters));
        Span<char> chars = stackalloc char[Letters];
        for (var i = 0; i < Letters; i++)
            chars[i] = (char)('a' + letters[i]);
        return new MeetingCode($"{chars[..3]}-{chars[3..7]}-{chars[7..]}");
    }

    /// <summary>Reads a code as people write it: any case, with or without hyphens.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out MeetingCode code)
    {
        code = default;
        if (text is null || text.Length > 2 * Letters)
            return false;
        Span<byte> letters = stackalloc byte[Letters];
        var count = 0;
        foreach (var c in text)
        {
            if (c == '-')
                continue;
            var lower = char.ToLowerInvariant(c);
            if (lower is < 'a' or > 'z' || count == Letters)
                return false;
            letters[count++] = (byte)(lower - 'a');
        }

        if (count != Letters)
            return false;
        code = FromLetters(letters);
        return true;
    }
}
