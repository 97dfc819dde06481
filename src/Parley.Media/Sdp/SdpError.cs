// Why a text is not a session description that we can read.
namespace Parley.Media.Sdp;

/// <summary>Kinds of errors in a text.</summary>
public enum SdpErrorCode
{
    /// <summary>Longer than <see cref="SdpLimits.MaxLength"/>.</summary>
    TooLong,

    /// <summary>A line is longer than <see cref="SdpLimits.MaxLineLength"/>.</summary>
    LineTooLong,

    /// <summary>More media sections than <see cref="SdpLimits.MaxSections"/>.</summary>
    TooManySections,

    /// <summary>It does not begin with <c>v=0</c>.</summary>
    NoSessionDescription,

    /// <summary>A line is not a letter, an equals sign and a value, or holds a NUL.</summary>
    BadLine,

    /// <summary>An <c>m=</c> line has no kind, port, protocol or format.</summary>
    BadMediaLine,

    /// <summary>An attribute without which the description means something else cannot be read.</summary>
    BadAttribute,
}

/// <summary>An error in a text.</summary>
/// <param name="Code">The kind.</param>
/// <param name="Line">The number of the line, from 1; 0 when it is of the text as a whole.</param>
/// <param name="Message">A sentence for a log; nothing of the text is repeated in it but an attribute's name.</param>
public sealed record SdpError(SdpErrorCode Code, int Line, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Line > 0 ? $"line {Line}: {Message}" : Message;
}
