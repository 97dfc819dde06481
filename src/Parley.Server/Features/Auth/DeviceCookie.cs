// Marks a browser on which an account has signed in, so that strangers at the same address cannot use up its owner's tries (OWASP "device cookies").
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Parley.Protocol;

namespace Parley.Server.Features.Auth;

/// <summary>A cookie that proves an earlier sign-in and opens nothing by itself.</summary>
internal sealed class DeviceCookie(SigningKeys keys)
{
    public const string Name = "parley_device";

    /// <summary>A name for this browser and account to count tries by; null when the browser cannot prove an earlier sign-in of this account.</summary>
    public string? Find(HttpContext context, UserId? user)
    {
        if (user is null || !context.Request.Cookies.TryGetValue(Name, out var value) || value.Length > 200)
            return null;
        var parts = value.Split('.');
        if (parts is not [var nonce, var mac] || !Base64Url.IsValid(mac))
            return null;
        var expected = Encoding.ASCII.GetBytes(Sign(user.Value, nonce));
        return CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(mac)) ? $"{user} {nonce}" : null;
    }

    public void Set(HttpContext context, UserId user)
    {
        if (Find(context, user) is not null)
            return;
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        context.Response.Cookies.Append(Name, $"{nonce}.{Sign(user, nonce)}", new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = TimeSpan.FromDays(365),
            Path = RefreshCookie.Path,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
        });
    }

    private string Sign(UserId user, string nonce) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(keys.Derive("device cookie"), Encoding.UTF8.GetBytes($"{user} {nonce}")));
}
