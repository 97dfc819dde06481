// What the fields of a meeting must look like.
using Parley.Protocol;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Auth;

namespace Parley.Server.Features.Meetings;

internal static class MeetingRules
{
    public const int MaxTitle = 200;
    public const int MinParticipants = 2;
    public const int MaxParticipants = 500;
    public const int DefaultParticipants = 100;

    public static void Title(FieldErrors errors, string? title)
    {
        if (title is null)
            return;
        if (title.Trim().Length > MaxTitle)
            errors.Add("title", $"A title has at most {MaxTitle} characters.");
        else if (AccountRules.HasControlCharacters(title))
            errors.Add("title", "A title holds no control characters.");
    }

    public static void Password(FieldErrors errors, string? password)
    {
        if (password is null)
            return;
        if (string.IsNullOrWhiteSpace(password))
            errors.Add("password", "A password is more than spaces; leave it out for none.");
        else if (password.Length > MessageLimits.PasswordLength)
            errors.Add("password", $"A password has at most {MessageLimits.PasswordLength} characters.");
    }

    public static void Participants(FieldErrors errors, int? count)
    {
        if (count is < MinParticipants or > MaxParticipants)
            errors.Add("max_participants", $"From {MinParticipants} to {MaxParticipants} may take part.");
    }

    /// <summary>A title of spaces is none.</summary>
    public static string? Tidy(string? title) => string.IsNullOrWhiteSpace(title) ? null : title.Trim();
}
