// POST /api/auth/login: signs an account in.
using Microsoft.AspNetCore.Identity;
using Parley.Data;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Audit;
using Parley.Server.Operations.Metrics;

namespace Parley.Server.Features.Auth;

/// <summary>The body of a sign-in.</summary>
public sealed record LoginRequest : IRequest
{
    /// <summary>The address; its case does not matter.</summary>
    public string? Email { get; init; }

    /// <summary>The password.</summary>
    public string? Password { get; init; }

    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(Email))
            errors.Add("email", "An e-mail address is needed.");
        if (string.IsNullOrEmpty(Password))
            errors.Add("password", "A password is needed.");
    }
}

internal static class PostLogin
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/auth/login", HandleAsync).WithName("Login").WithTags("auth").WithSummary("Signs an account in.")
            .Answers<SessionBody>(200).Fails(400, 401, 429).AllowAnonymous();

    private static async Task<IResult> HandleAsync(
        Body<LoginRequest> body,
        HttpContext context,
        RateLimits limits,
        AccountStore accounts,
        SlowHashing hashing,
        Sessions sessions,
        DeviceCookie device,
        IAuditLog audit,
        ParleyMetrics metrics)
    {
        var cancellation = context.RequestAborted;
        var email = EmailAddress.Normalize(body.Value.Email!);
        var password = body.Value.Password!;
        // Texts that no account can have are compared all the same, so that they take as long.
        var isPossible = email.Length <= AccountRules.MaxEmail && password.Length <= AccountRules.MaxPassword;
        var user = isPossible ? await accounts.FindByEmailAsync(email, cancellation) : null;
        if (!limits.TrySignIn(isPossible ? email : string.Empty, context.Connection.RemoteIpAddress, device.Find(context, user?.Id), out var retryAfter))
        {
            metrics.SignedIn("rate_limited");
            audit.Write(context, "sign_in_rate_limited", subject: user?.Id);
            return Problems.RateLimited(retryAfter);
        }

        var verdict = await hashing.VerifyAsync(user?.PasswordHash, isPossible ? password : "?", cancellation);
        if (user is null || user.Disabled || verdict == PasswordVerificationResult.Failed)
        {
            metrics.SignedIn("refused");
            audit.Write(context, "sign_in_refused", subject: user?.Id, detail: user is { Disabled: true } ? "account disabled" : null);
            return Errors.InvalidCredentials;
        }

        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
            await accounts.SetPasswordHashAsync(user.Id, await hashing.HashAsync(password, cancellation), cancellation);
        metrics.SignedIn("signed_in");
        audit.Write(context, "signed_in", actor: user.Id);
        device.Set(context, user.Id);
        return await sessions.BeginAsync(context, user, 200);
    }
}
