// POST /api/auth/refresh: a new access token for the cookie, which is replaced.
using Parley.Data;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Audit;

namespace Parley.Server.Features.Auth;

/// <summary>The body of a refresh.</summary>
public sealed record RefreshRequest : IRequest
{
    private const int MaxAttempt = 128;

    /// <summary>The client's own id of this refresh: repeated, it gets the same successor for 60 s.</summary>
    public string? Attempt { get; init; }

    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        if (Attempt is { Length: 0 or > MaxAttempt })
            errors.Add("attempt", $"An attempt has 1 to {MaxAttempt} characters.");
    }
}

internal static class PostRefresh
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/auth/refresh", HandleAsync).WithName("Refresh").WithTags("auth").WithSummary("Exchanges the refresh cookie for a new access token.")
            .Answers<SessionBody>(200).Fails(400, 401).AllowAnonymous();

    private static async Task<IResult> HandleAsync(
        Body<RefreshRequest> body,
        HttpContext context,
        RefreshTokenStore refreshTokens,
        AccountStore accounts,
        Sessions sessions,
        IAuditLog audit,
        TimeProvider clock)
    {
        var cancellation = context.RequestAborted;
        if (RefreshCookie.Get(context) is not { } token)
            return Errors.InvalidRefreshToken;
        var now = clock.GetUtcNow();
        var attempt = body.Value.Attempt;
        var successor = sessions.Successor(token, attempt);
        var result = await refreshTokens.RotateAsync(token, attempt, successor, now, now + Sessions.AccountLifetime, cancellation);
        var (userId, family, end) = result switch
        {
            RefreshResult.Rotated rotated => (rotated.User, rotated.Family, rotated.ExpiresAt),
            RefreshResult.Repeated repeated => (repeated.User, repeated.Family, repeated.ExpiresAt),
            RefreshResult.Reused reused => (reused.User, reused.Family, default),
            _ => default,
        };
        if (result is RefreshResult.Reused)
            audit.Write(context, "refresh_token_reused", subject: userId);
        var user = end > now ? await accounts.FindAsync(userId, cancellation) : null;
        if (user is null || user.Disabled || user.ExpiresAt <= now)
        {
            RefreshCookie.Clear(context);
            return Errors.InvalidRefreshToken;
        }

        RefreshCookie.Set(context, successor, (user.ExpiresAt < end ? user.ExpiresAt.Value : end) - now);
        return sessions.Answer(user, family, 200);
    }
}
