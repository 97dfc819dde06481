// PATCH /api/users/me: a new name, a new password.
using Microsoft.AspNetCore.Identity;
using Parley.Data;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Composition.Http;
using Parley.Server.Composition.Json;
using Parley.Server.Features.Audit;
using Parley.Server.Features.Auth;

namespace Parley.Server.Features.Accounts;

/// <summary>What to change in oneself; what is left out stays.</summary>
public sealed record PatchMeRequest : IRequest
{
    /// <summary>A new name.</summary>
    public string? Name { get; init; }

    /// <summary>Needed for a new password.</summary>
    public string? CurrentPassword { get; init; }

    /// <summary>A new password.</summary>
    public string? NewPassword { get; init; }

    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        if (Name is not null)
            AccountRules.Name(errors, Name);
        if (NewPassword is null)
            return;
        AccountRules.NewPassword(errors, "new_password", NewPassword);
        if (string.IsNullOrEmpty(CurrentPassword))
            errors.Add("current_password", "The current password is needed for a new one.");
    }
}

internal static class PatchMe
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPatch("/users/me", HandleAsync).WithName("ChangeMe").WithTags("users").WithSummary("Changes one's name or password.")
            .Answers<UserView>().Fails(400, 401, 403, 429).RequireAuthorization(Policies.Member);

    private static async Task<IResult> HandleAsync(
        Body<PatchMeRequest> body,
        HttpContext context,
        AccountStore accounts,
        RefreshTokenStore refreshTokens,
        SlowHashing hashing,
        RateLimits limits,
        ISessionRevocation revocation,
        IAuditLog audit,
        TimeProvider clock)
    {
        var principal = context.GetPrincipal();
        var request = body.Value;
        var cancellation = context.RequestAborted;
        var view = principal.View;
        if (request.NewPassword is { } newPassword)
        {
            if (principal.User.Kind != UserKind.Account)
                return Problems.Validation("new_password", "A guest has no password.");
            if (!limits.TryCurrentPassword(principal.User.Id, out var retryAfter))
                return Problems.RateLimited(retryAfter);
            var user = await accounts.FindAsync(principal.User.Id, cancellation);
            var current = request.CurrentPassword!.Length <= AccountRules.MaxPassword ? request.CurrentPassword : "?";
            if (await hashing.VerifyAsync(user?.PasswordHash, current, cancellation) == PasswordVerificationResult.Failed)
            {
                audit.Write(context, "password_change_refused", actor: principal.User.Id);
                return Errors.WrongPassword;
            }

            await accounts.SetPasswordHashAsync(principal.User.Id, await hashing.HashAsync(newPassword, cancellation), cancellation);
            // From here on the change stands, so the rest is done even if the client has gone.
            await refreshTokens.RevokeAllAsync(principal.User.Id, clock.GetUtcNow(), principal.Session, CancellationToken.None);
            audit.Write(context, "password_changed", actor: principal.User.Id);
            await revocation.CloseUserAsync(principal.User.Id, CancellationToken.None);
        }

        if (request.Name?.Trim() is { } name && name != principal.User.Name)
        {
            await accounts.RenameAsync(principal.User.Id, name, CancellationToken.None);
            view = view with { Name = name };
        }

        return JsonAnswer.Ok(view);
    }
}
