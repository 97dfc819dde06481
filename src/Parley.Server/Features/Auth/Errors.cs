// The errors of signing in and out.
using Parley.Server.Composition.Http;

namespace Parley.Server.Features.Auth;

/// <summary>Errors under /api/auth.</summary>
internal static class Errors
{
    public static Problem SignupDisabled { get; } = new(403, "signup_disabled", "New accounts are made by the administrator here.");

    public static Problem GuestsDisabled { get; } = new(403, "guests_disabled", "Guests are not allowed here.");

    public static Problem EmailTaken { get; } = new(409, "email_taken", "There is an account with this e-mail address.");

    public static Problem InvalidCredentials { get; } = new(401, "invalid_credentials", "The e-mail address or the password is wrong.");

    public static Problem InvalidRefreshToken { get; } = new(401, "invalid_refresh_token", "The session is over; sign in again.");
}
