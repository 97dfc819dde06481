// Our own access tokens: who issues them and what stands in them.
using System.Globalization;
using Parley.Data;
using Parley.Protocol;
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Features.Auth;

/// <summary>A token with its end.</summary>
internal sealed record AccessToken(string Token, DateTimeOffset ExpiresAt);

/// <summary>Signs access tokens.</summary>
internal sealed class AccessTokens(SigningKeys keys, TimeProvider clock)
{
    public const string Audience = "parley";

    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>Issues a token; one that would outlive a guest's time ends with it.</summary>
    public AccessToken Issue(UserId user, RefreshFamilyId session, DateTimeOffset? notAfter = null)
    {
        var now = clock.GetUtcNow();
        var end = now + Lifetime;
        if (notAfter < end)
            end = notAfter.Value;
        var expires = DateTimeOffset.FromUnixTimeSeconds(end.ToUnixTimeSeconds());
        var key = keys.Current;
        var token = Jwt.Sign(key.Id, key.Secret, new JwtClaims
        {
            Iss = ConfigurationLoader.OwnIssuer,
            Sub = user.ToString(),
            Sid = session.ToString(),
            Aud = AudienceElement,
            Iat = now.ToUnixTimeSeconds(),
            Nbf = now.ToUnixTimeSeconds(),
            Exp = expires.ToUnixTimeSeconds(),
            Jti = Guid.CreateVersion7(now).ToString("N", CultureInfo.InvariantCulture),
        });
        return new AccessToken(token, expires);
    }

    private static readonly System.Text.Json.JsonElement AudienceElement = System.Text.Json.JsonDocument.Parse($"\"{Audience}\"").RootElement.Clone();
}
