// A session: an access token for the program in the page, and a refresh token in a cookie that the page cannot read.
using Parley.Data;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Composition.Json;

namespace Parley.Server.Features.Auth;

/// <summary>What signing up, signing in, coming as a guest and refreshing answer.</summary>
/// <param name="Token">The access token.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="User">Who.</param>
public sealed record SessionBody(string Token, DateTimeOffset ExpiresAt, UserView User);

/// <summary>Begins sessions and carries them on.</summary>
internal sealed class Sessions(AccessTokens tokens, RefreshTokenStore refreshTokens, SigningKeys keys, TimeProvider clock)
{
    public static readonly TimeSpan GuestLifetime = TimeSpan.FromHours(24);
    public static readonly TimeSpan AccountLifetime = TimeSpan.FromDays(30);

    /// <summary>Stores a new refresh token, sets its cookie, and makes the answer.</summary>
    public async Task<IResult> BeginAsync(HttpContext context, UserRecord user, int status)
    {
        var now = clock.GetUtcNow();
        var token = RefreshToken.Create();
        var end = EndOf(user, now);
        var family = await refreshTokens.IssueAsync(user.Id, token, now, end, context.RequestAborted);
        RefreshCookie.Set(context, token, end - now);
        return Answer(user, family, status);
    }

    /// <summary>The token that follows this one, under the server's key.</summary>
    public string Successor(string token, string? attempt) => RefreshToken.Successor(keys.Derive("refresh successor"), token, attempt);

    /// <summary>When a refresh token that is issued now ends.</summary>
    public static DateTimeOffset EndOf(UserRecord user, DateTimeOffset now) => user.ExpiresAt ?? now + AccountLifetime;

    /// <summary>The answer with a fresh access token.</summary>
    public IResult Answer(UserRecord user, RefreshFamilyId family, int status)
    {
        var token = tokens.Issue(user.Id, family, user.ExpiresAt);
        var view = new UserView(user.Id, user.Name, user.Kind == UserKind.Guest, user.Email);
        return new JsonAnswer<SessionBody>(new SessionBody(token.Token, token.ExpiresAt, view), status) { NoStore = true };
    }
}

/// <summary>The cookie that carries the refresh token.</summary>
internal static class RefreshCookie
{
    public const string Name = "parley_refresh";
    public const string Path = "/api/auth";

    public static string? Get(HttpContext context) =>
        context.Request.Cookies.TryGetValue(Name, out var value) && value.Length is > 0 and <= 200 ? value : null;

    public static void Set(HttpContext context, string token, TimeSpan lifetime) => Append(context, token, lifetime);

    public static void Clear(HttpContext context) => Append(context, string.Empty, TimeSpan.Zero);

    private static void Append(HttpContext context, string value, TimeSpan lifetime) =>
        context.Response.Cookies.Append(Name, value, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = lifetime,
            Path = Path,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
        });
}
