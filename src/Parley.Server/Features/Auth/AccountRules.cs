// What names, addresses and passwords of accounts must look like.
using System.Buffers;
using Parley.Protocol;
using Parley.Server.Composition.Http;

namespace Parley.Server.Features.Auth;

/// <summary>The rules of the fields that several calls share.</summary>
internal static class AccountRules
{
    public const int MaxEmail = 254;
    public const int MinPassword = 10;
    public const int MaxPassword = 200;

    private static readonly SearchValues<char> NotInDomains = SearchValues.Create("<>()[]\\,;:\"");

    public static void Name(FieldErrors errors, string? name)
    {
        var trimmed = name?.Trim();
        if (string.IsNullOrEmpty(trimmed))
            errors.Add("name", "A name is needed.");
        else if (trimmed.Length > MessageLimits.NameLength)
            errors.Add("name", $"A name has at most {MessageLimits.NameLength} characters.");
        else if (HasControlCharacters(trimmed))
            errors.Add("name", "A name holds no control characters.");
    }

    public static void Email(FieldErrors errors, string? email)
    {
        var trimmed = email?.Trim();
        if (string.IsNullOrEmpty(trimmed))
            errors.Add("email", "An e-mail address is needed.");
        else if (trimmed.Length > MaxEmail)
            errors.Add("email", $"An e-mail address has at most {MaxEmail} characters.");
        else if (!LooksLikeEmail(trimmed))
            errors.Add("email", "This is not an e-mail address.");
    }

    public static void NewPassword(FieldErrors errors, string field, string? password)
    {
        if (string.IsNullOrEmpty(password))
            errors.Add(field, "A password is needed.");
        else if (password.Length < MinPassword)
            errors.Add(field, $"A password has at least {MinPassword} characters.");
        else if (password.Length > MaxPassword)
            errors.Add(field, $"A password has at most {MaxPassword} characters.");
        else if (string.IsNullOrWhiteSpace(password))
            errors.Add(field, "A password is more than spaces.");
    }

    /// <summary>Control characters, line separators, and lone surrogates, which are no text.</summary>
    public static bool HasControlCharacters(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsControl(c) || c is '\u2028' or '\u2029')
                return true;
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(c))
                return true;
        }

        return false;
    }

    /// <summary>One @ with something before it and a name after it; whether it reaches anybody only a letter could tell.</summary>
    private static bool LooksLikeEmail(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 1 || at != text.LastIndexOf('@') || HasControlCharacters(text) || text.Any(char.IsWhiteSpace))
            return false;
        var domain = text.AsSpan(at + 1);
        return domain is not ([] or ['.', ..] or ['-', ..] or [.., '.']) && !domain.Contains("..", StringComparison.Ordinal)
            && !domain.ContainsAny(NotInDomains);
    }
}
