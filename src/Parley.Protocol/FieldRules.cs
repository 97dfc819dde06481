// The checks that several messages share.
namespace Parley.Protocol;

/// <summary>Turns a broken rule into a <see cref="MessageFault"/>.</summary>
internal static class FieldRules
{
    public static MessageFault? First(params ReadOnlySpan<MessageFault?> faults)
    {
        foreach (var fault in faults)
        {
            if (fault is not null)
                return fault;
        }

        return null;
    }

    public static MessageFault? Length(string field, string? text, int min, int max)
    {
        if (text is null)
            return null;
        if (text.Length > max)
            return new MessageFault(ErrorCodes.TooLarge, $"{field} has more than {max} characters.");
        return text.Length < min ? new MessageFault(ErrorCodes.BadMessage, $"{field} has fewer than {min} characters.") : null;
    }

    /// <summary>As <see cref="Length"/>, and not made of white space alone.</summary>
    public static MessageFault? Text(string field, string? text, int max)
    {
        if (text is not null && text.Length <= max && string.IsNullOrWhiteSpace(text))
            return new MessageFault(ErrorCodes.BadMessage, $"{field} is empty.");
        return Length(field, text, 1, max);
    }

    /// <summary>A name to show: text on one line, without control characters.</summary>
    public static MessageFault? Name(string field, string? text, int max)
    {
        if (Text(field, text, max) is { } fault)
            return fault;
        foreach (var c in text ?? string.Empty)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029')
                return new MessageFault(ErrorCodes.BadMessage, $"{field} holds control characters.");
        }

        return null;
    }

    public static MessageFault? Size(string field, RawJson value, int maxBytes) =>
        value.Utf8.Length > maxBytes ? new MessageFault(ErrorCodes.TooLarge, $"{field} has more than {maxBytes} bytes.") : null;

    public static MessageFault? Tracks(IReadOnlyDictionary<string, TrackSource>? tracks) =>
        tracks?.Count > MessageLimits.Tracks ? new MessageFault(ErrorCodes.TooLarge, $"tracks has more than {MessageLimits.Tracks} entries.") : null;
}
