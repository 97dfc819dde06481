// POST /api/auth/guest: comes in with only a name, for a day.
using Parley.Data;
using Parley.Server.Composition.Configuration;
using Parley.Server.Composition.Http;
using Parley.Server.Operations.Metrics;

namespace Parley.Server.Features.Auth;

/// <summary>The body of a guest's beginning.</summary>
public sealed record GuestRequest : IRequest
{
    /// <summary>The name to show, 1 to 80 characters.</summary>
    public string? Name { get; init; }

    /// <inheritdoc/>
    public void Validate(FieldErrors errors) => AccountRules.Name(errors, Name);
}

internal static class PostGuest
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/auth/guest", HandleAsync).WithName("BecomeGuest").WithTags("auth").WithSummary("Comes in with only a name, for 24 hours.")
            .Answers<SessionBody>(201).Fails(400, 403, 429).AllowAnonymous();

    private static async Task<IResult> HandleAsync(
        Body<GuestRequest> body,
        HttpContext context,
        ParleyOptions options,
        RateLimits limits,
        AccountStore accounts,
        Sessions sessions,
        ParleyMetrics metrics,
        TimeProvider clock)
    {
        if (!options.Auth.AllowGuests)
            return Errors.GuestsDisabled;
        if (!limits.TryGuest(context.Connection.RemoteIpAddress, out var retryAfter))
            return Problems.RateLimited(retryAfter);
        var now = clock.GetUtcNow();
        var user = await accounts.CreateGuestAsync(body.Value.Name!.Trim(), now, now + Sessions.GuestLifetime, context.RequestAborted);
        metrics.SignedIn("guest");
        return await sessions.BeginAsync(context, user, 201);
    }
}
