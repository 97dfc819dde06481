// The words of SDP's grammar: tokens, numbers, identifiers. RFC 8866 §9, RFC 8839 §5.4, RFC 8851 §10.
using System.Buffers;
using System.Globalization;

namespace Parley.Media.Sdp;

internal static class SdpSyntax
{
    private const int MaxIdentifier = 256;

    private static readonly SearchValues<char> Separators = SearchValues.Create("\"(),/:;<=>?@[\\]");

    /// <summary>The value's words; one space or several are the same.</summary>
    public static string[] Words(ReadOnlySpan<char> value) => value.ToString().Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A whole number of decimal digits alone.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, uint most, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most;

    /// <summary>A payload type, 0 to 127.</summary>
    public static bool TryPayloadType(ReadOnlySpan<char> text, out byte payloadType)
    {
        var good = TryNumber(text, 127, out var number);
        payloadType = (byte)number;
        return good;
    }

    /// <summary>A name that others may refer to: visible ASCII, wider than the standard's token, as some peers' names are.</summary>
    public static bool IsIdentifier(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxIdentifier && !text.ContainsAnyExceptInRange('!', '~');

    /// <summary>A token of RFC 8866 §9, which is what we write.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => IsIdentifier(text) && !text.ContainsAny(Separators);

    /// <summary>A user name fragment or password of ICE; some peers use more characters than the standard's.</summary>
    public static bool IsIceText(ReadOnlySpan<char> text, int least) => text.Length >= least && IsIdentifier(text) && !text.Contains(':');

    /// <summary>The name of a layer (RFC 8851): letters, digits, hyphen and underscore.</summary>
    public static bool IsRid(ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_'))
                return false;
        }

        return text.Length is > 0 and <= MaxIdentifier;
    }
}
