// Decides whose token it is and whether it may still be used: our own, or another program's (docs/protocol.md, "Tokens of other programs").
using System.Text.Json;
using Parley.Data;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Composition.Configuration;
using Parley.Server.Composition.Http;
using Parley.Server.Operations.Metrics;

namespace Parley.Server.Features.Auth;

/// <inheritdoc cref="ITokenVerifier"/>
internal sealed class TokenVerifier(SigningKeys keys, AccountStore accounts, ParleyOptions options, TimeProvider clock, ParleyMetrics metrics)
    : ITokenVerifier
{
    /// <summary>How far another machine's clock may differ.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>How far ahead another program's token may end.</summary>
    public static readonly TimeSpan MaxExternalLifetime = TimeSpan.FromHours(24);

    private const int MaxSubject = 200;

    // A database that hangs is as good as away when the answer is known.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public ValueTask<TokenVerdict> VerifyAsync(string token, CancellationToken cancellation) =>
        VerifyAsync(token, static _ => null, cancellation);

    /// <inheritdoc/>
    public async ValueTask<TokenVerdict> VerifyAsync(string token, Func<TokenSubject, Principal?> lastKnown, CancellationToken cancellation)
    {
        var verdict = await DecideAsync(token, lastKnown, cancellation);
        if (verdict.Refusal != TokenRefusal.None)
            metrics.TokenRefused(JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.Refusal.ToString()));
        return verdict;
    }

    private async ValueTask<TokenVerdict> DecideAsync(string token, Func<TokenSubject, Principal?> lastKnown, CancellationToken cancellation)
    {
        var refusal = Jwt.TryRead(token, out var jwt);
        if (jwt is null)
            return Refuse(refusal);
        var issuer = jwt.Claims.Iss;
        if (issuer == ConfigurationLoader.OwnIssuer)
            return await DecideOwnAsync(jwt, lastKnown, cancellation);
        if (issuer is null || !options.Auth.ApiKeys.TryGetValue(issuer, out var secret))
            return Refuse(TokenRefusal.Issuer);
        return await DecideExternalAsync(jwt, issuer, secret, lastKnown, cancellation);
    }

    private async ValueTask<TokenVerdict> DecideOwnAsync(Jwt jwt, Func<TokenSubject, Principal?> lastKnown, CancellationToken cancellation)
    {
        if (keys.Find(jwt.Header.Kid) is not { } key || !jwt.IsSignedWith(key.Secret))
            return Refuse(TokenRefusal.Signature);
        if (!IsForUs(jwt.Claims.Aud))
            return Refuse(TokenRefusal.Audience);
        if (!TryLifetime(jwt.Claims, AccessTokens.Lifetime + ClockSkew, out var expires))
            return Refuse(TokenRefusal.Lifetime);
        var id = UserId.Parse(jwt.Claims.Sub);
        var session = RefreshFamilyId.Parse(jwt.Claims.Sid);
        var (user, known) = await LookUpAsync(accounts.FindAsync(id, cancellation), new TokenSubject(id, null), lastKnown);
        if (known is not null)
            return Accept(known with { ExpiresAt = expires, Session = session });
        if (user is null || user.Disabled || user.ExpiresAt <= clock.GetUtcNow())
            return Refuse(TokenRefusal.Account);
        var identity = new UserIdentity(user.Id, user.Name, user.Kind);
        return Accept(new Principal(identity, user.Email, null, expires, user.IsAdmin, session));
    }

    private async ValueTask<TokenVerdict> DecideExternalAsync(
        Jwt jwt,
        string issuer,
        byte[] secret,
        Func<TokenSubject, Principal?> lastKnown,
        CancellationToken cancellation)
    {
        if (!jwt.IsSignedWith(secret))
            return Refuse(TokenRefusal.Signature);
        var claims = jwt.Claims;
        if (!IsForUs(claims.Aud))
            return Refuse(TokenRefusal.Audience);
        if (!TryLifetime(claims, MaxExternalLifetime + ClockSkew, out var expires))
            return Refuse(TokenRefusal.Lifetime);
        var nameErrors = new FieldErrors();
        AccountRules.Name(nameErrors, claims.Name);
        if (claims.Sub is not { Length: > 0 and <= MaxSubject } subject || AccountRules.HasControlCharacters(subject) || !nameErrors.IsEmpty)
            return Refuse(TokenRefusal.Malformed);
        MeetingCode? room = null;
        if (claims.Room is not null)
        {
            if (!MeetingCode.TryParse(claims.Room, out var code))
                return Refuse(TokenRefusal.Malformed);
            room = code;
        }

        if (!TryRole(claims.Role, out var role))
            return Refuse(TokenRefusal.Malformed);
        var name = claims.Name!.Trim();
        var key = $"{issuer}\n{subject}";
        var (user, known) = await LookUpAsync(
            accounts.GetOrCreateExternalAsync(issuer, subject, name, clock.GetUtcNow(), cancellation)!, new TokenSubject(default, key), lastKnown);
        if (user is { Disabled: true })
            return Refuse(TokenRefusal.Account);
        var identity = known is not null ? known.User with { Name = name, GrantedRole = role } : new UserIdentity(user!.Id, user.Name, UserKind.External, role);
        return Accept(new Principal(identity, null, room, expires, false, null, key));
    }

    /// <summary>The stored user; or, when the database does not answer, what was last known.</summary>
    private async Task<(UserRecord? User, Principal? Known)> LookUpAsync(Task<UserRecord?> stored, TokenSubject subject, Func<TokenSubject, Principal?> lastKnown)
    {
        try
        {
            return (await (lastKnown(subject) is null ? stored : stored.WaitAsync(Patience, clock)), null);
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or TimeoutException)
        {
            // Asked again: a revocation may have come meanwhile.
            if (lastKnown(subject) is not { } known)
                throw;
            return (null, known);
        }
    }

    private static TokenVerdict Accept(Principal principal) => new(principal, TokenRefusal.None);

    private static TokenVerdict Refuse(TokenRefusal refusal) => new(null, refusal);

    private static bool IsForUs(JsonElement audience) => audience.ValueKind switch
    {
        JsonValueKind.String => audience.ValueEquals(AccessTokens.Audience),
        JsonValueKind.Array => audience.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.String && item.ValueEquals(AccessTokens.Audience)),
        _ => false,
    };

    private static bool TryRole(string? text, out ParticipantRole? role)
    {
        (var known, role) = text switch
        {
            null => (true, (ParticipantRole?)null),
            "host" => (true, ParticipantRole.Host),
            "cohost" => (true, ParticipantRole.Cohost),
            "participant" => (true, ParticipantRole.Participant),
            _ => (false, null),
        };
        return known;
    }

    private bool TryLifetime(JwtClaims claims, TimeSpan longest, out DateTimeOffset expires)
    {
        expires = default;
        var now = clock.GetUtcNow();
        if (!TryTime(claims.Exp, out var exp) || exp is null || now >= exp.Value || exp.Value > now + longest)
            return false;
        if (!TryTime(claims.Nbf, out var notBefore) || notBefore > now + ClockSkew || !TryTime(claims.Iat, out var issued) || issued > now + ClockSkew)
            return false;
        expires = exp.Value;
        return true;
    }

    /// <summary>False for a number that is no time; true and null for an absent one.</summary>
    private static bool TryTime(double? seconds, out DateTimeOffset? time)
    {
        const double latest = 253_402_300_799; // the year 9999
        time = null;
        if (seconds is null)
            return true;
        if (!(seconds.Value is >= 0 and <= latest))
            return false;
        time = DateTimeOffset.UnixEpoch.AddSeconds(seconds.Value);
        return true;
    }
}
