// STUN and TURN for a client: the configured ones as they are, and those with credentials made for this user and an hour.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Parley.Protocol;
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Features.Ice;

/// <summary>Hands out ICE servers.</summary>
public sealed class IceServerList(ParleyOptions options, TimeProvider clock)
{
    /// <summary>How long what is handed out is good.</summary>
    public TimeSpan Lifetime => options.Ice.TurnTtl;

    /// <summary>The servers for a user, with credentials that end after <see cref="Lifetime"/>.</summary>
    public IReadOnlyList<IceServer> For(UserId user)
    {
        var ice = options.Ice;
        if (ice.TurnUrls.Count == 0 || ice.TurnSecret is not { } secret)
            return ice.Servers;
        return [.. ice.Servers, TimeLimited(ice.TurnUrls, secret, user, clock.GetUtcNow() + Lifetime)];
    }

    /// <summary>draft-uberti-behave-turn-rest-00 §2.2, as coturn's use-auth-secret checks it.</summary>
    internal static IceServer TimeLimited(IReadOnlyList<string> urls, string secret, UserId user, DateTimeOffset expiry)
    {
        var username = string.Create(CultureInfo.InvariantCulture, $"{expiry.ToUnixTimeSeconds()}:{user}");
#pragma warning disable CA5350 // the TURN servers of the field know HMAC-SHA1 alone
        var mac = HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(username));
#pragma warning restore CA5350
        return new IceServer(urls, username, Convert.ToBase64String(mac));
    }
}
