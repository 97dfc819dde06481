// A text as lines of a type and a value. RFC 8866 §5; lone CR or LF are taken for an end of line, empty lines are passed over.
namespace Parley.Media.Sdp;

internal ref struct SdpLines(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    /// <summary>The number of the line, from 1.</summary>
    public int Number { get; private set; }

    public char Type { get; private set; }

    /// <summary>What follows the equals sign, without white space at its end.</summary>
    public ReadOnlySpan<char> Value { get; private set; }

    public SdpError? Error { get; private set; }

    /// <summary>Goes to the next line. False at the end, or at an error.</summary>
    public bool Next()
    {
        while (!_rest.IsEmpty && Error is null)
        {
            var line = TakeLine();
            Number++;
            if (line.Length > SdpLimits.MaxLineLength)
                return Fail(SdpErrorCode.LineTooLong, $"The line is longer than {SdpLimits.MaxLineLength} characters.");
            line = line.TrimEnd();
            if (line.IsEmpty)
                continue;
            if (line.Length < 2 || !char.IsAsciiLetterLower(line[0]) || line[1] != '=' || line.Contains('\0'))
                return Fail(SdpErrorCode.BadLine, "The line is not a letter, an equals sign and a value.");
            Type = line[0];
            Value = line[2..];
            return true;
        }

        return false;
    }

    private ReadOnlySpan<char> TakeLine()
    {
        var end = _rest.IndexOfAny('\r', '\n');
        if (end < 0)
        {
            var last = _rest;
            _rest = default;
            return last;
        }

        var line = _rest[..end];
        var next = _rest[end] == '\r' && end + 1 < _rest.Length && _rest[end + 1] == '\n' ? end + 2 : end + 1;
        _rest = _rest[next..];
        return line;
    }

    private bool Fail(SdpErrorCode code, string message)
    {
        Error = new SdpError(code, Number, message);
        return false;
    }
}
