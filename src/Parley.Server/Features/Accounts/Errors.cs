// The errors of accounts.
using Parley.Server.Composition.Http;

namespace Parley.Server.Features.Accounts;

/// <summary>Errors under /api/users.</summary>
internal static class Errors
{
    public static Problem WrongPassword { get; } = new(403, "wrong_password", "The current password is wrong.");
}
