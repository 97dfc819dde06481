// POST /api/auth/logout: ends the session of the cookie.
using Parley.Data;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Audit;

namespace Parley.Server.Features.Auth;

internal static class PostLogout
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/auth/logout", HandleAsync).WithName("Logout").WithTags("auth").WithSummary("Revokes the session of the refresh cookie.")
            .Produces(204).AllowAnonymous();

    private static async Task<IResult> HandleAsync(HttpContext context, RefreshTokenStore refreshTokens, IAuditLog audit, TimeProvider clock)
    {
        if (RefreshCookie.Get(context) is { } token
            && await refreshTokens.RevokeAsync(token, clock.GetUtcNow(), context.RequestAborted) is { } user)
            audit.Write(context, "signed_out", actor: user);
        RefreshCookie.Clear(context);
        return Results.NoContent();
    }
}
