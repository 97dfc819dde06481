// POST /api/auth/signup: opens an account.
using Parley.Data;
using Parley.Server.Composition.Configuration;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Audit;
using Parley.Server.Operations.Metrics;

namespace Parley.Server.Features.Auth;

/// <summary>The body of a sign-up.</summary>
public sealed record SignupRequest : IRequest
{
    /// <summary>The address; its case does not matter.</summary>
    public string? Email { get; init; }

    /// <summary>The name to show, 1 to 80 characters.</summary>
    public string? Name { get; init; }

    /// <summary>10 to 200 characters.</summary>
    public string? Password { get; init; }

    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        AccountRules.Email(errors, Email);
        AccountRules.Name(errors, Name);
        AccountRules.NewPassword(errors, "password", Password);
    }
}

internal static class PostSignup
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/auth/signup", HandleAsync).WithName("Signup").WithTags("auth").WithSummary("Opens an account and signs it in.")
            .Answers<SessionBody>(201).Fails(400, 403, 409, 429).AllowAnonymous();

    private static async Task<IResult> HandleAsync(
        Body<SignupRequest> body,
        HttpContext context,
        ParleyOptions options,
        RateLimits limits,
        AccountStore accounts,
        SlowHashing hashing,
        Sessions sessions,
        DeviceCookie device,
        IAuditLog audit,
        ParleyMetrics metrics,
        TimeProvider clock)
    {
        if (!options.Auth.AllowSignup)
            return Errors.SignupDisabled;
        if (!limits.TrySignUp(context.Connection.RemoteIpAddress, out var retryAfter))
            return Problems.RateLimited(retryAfter);
        var request = body.Value;
        var hash = await hashing.HashAsync(request.Password!, context.RequestAborted);
        var result = await accounts.CreateAccountAsync(request.Email!, request.Name!.Trim(), hash, admin: false, clock.GetUtcNow(), context.RequestAborted);
        if (result is not CreateAccountResult.Created { User: var user })
            return Errors.EmailTaken;
        audit.Write(context, "signed_up", actor: user.Id, detail: user.IsAdmin ? "first account, made administrator" : null);
        metrics.SignedIn("signed_up");
        device.Set(context, user.Id);
        return await sessions.BeginAsync(context, user, 201);
    }
}
