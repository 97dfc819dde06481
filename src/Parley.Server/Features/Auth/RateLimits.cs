// The limits of docs/protocol.md "Limits on by default": who is counted by what, and how often they may.
using System.Net;
using System.Net.Sockets;
using Parley.Protocol;
using Parley.Server.Composition.Configuration;
using Parley.Server.Operations.Metrics;

namespace Parley.Server.Features.Auth;

/// <summary>Every limit of REST, and the one that REST and signaling share.</summary>
public sealed class RateLimits
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly bool _enabled;
    private readonly ParleyMetrics _metrics;
    private readonly WindowLimiter _signInByAccount;
    private readonly WindowLimiter _signInByDevice;
    private readonly WindowLimiter _signInByAddress;
    private readonly WindowLimiter _signUp;
    private readonly WindowLimiter _guests;
    private readonly WindowLimiter _directory;
    private readonly WindowLimiter _passwordChange;
    private readonly WindowLimiter _media;
    private readonly WindowLimiter _mediaChanges;

    /// <summary>Sets the limits up.</summary>
    public RateLimits(ParleyOptions options, TimeProvider clock, ParleyMetrics metrics)
    {
        _enabled = options.RateLimiting;
        _metrics = metrics;
        _signInByAccount = new WindowLimiter(10, Minute, clock);
        _signInByDevice = new WindowLimiter(10, Minute, clock);
        _signInByAddress = new WindowLimiter(60, Minute, clock);
        _signUp = new WindowLimiter(20, Minute, clock);
        _guests = new WindowLimiter(120, Minute, clock);
        _directory = new WindowLimiter(30, Minute, clock);
        _passwordChange = new WindowLimiter(10, Minute, clock);
        _media = new WindowLimiter(120, Minute, clock);
        _mediaChanges = new WindowLimiter(600, Minute, clock);
    }

    /// <summary>
    /// A sign-in. Counted by account and address together, so that nobody elsewhere can lock an owner out; a browser that this account has signed
    /// in on before is counted by itself, so that nobody at the same address can either.
    /// </summary>
    /// <param name="email">The account as given, lower case.</param>
    /// <param name="address">Where from.</param>
    /// <param name="device">The browser's proof of an earlier sign-in; null without one.</param>
    /// <param name="retryAfter">When to try again.</param>
    public bool TrySignIn(string email, IPAddress? address, string? device, out TimeSpan retryAfter)
    {
        if (device is not null)
            return Allow("sign_in", _signInByDevice, device, out retryAfter);
        var place = AddressKey(address);
        return Allow("sign_in_address", _signInByAddress, place, out retryAfter) && Allow("sign_in", _signInByAccount, $"{place} {email}", out retryAfter);
    }

    /// <summary>A sign-up.</summary>
    public bool TrySignUp(IPAddress? address, out TimeSpan retryAfter) => Allow("sign_up", _signUp, AddressKey(address), out retryAfter);

    /// <summary>A guest's beginning.</summary>
    public bool TryGuest(IPAddress? address, out TimeSpan retryAfter) => Allow("guest", _guests, AddressKey(address), out retryAfter);

    /// <summary>A search of the directory.</summary>
    public bool TryDirectory(UserId user, out TimeSpan retryAfter) => Allow("directory", _directory, user.ToString(), out retryAfter);

    /// <summary>The opening of a media session (WHIP, WHEP).</summary>
    public bool TryMedia(UserId user, out TimeSpan retryAfter) => Allow("media", _media, user.ToString(), out retryAfter);

    /// <summary>A change of a media session: trickled candidates and restarts.</summary>
    public bool TryMediaChange(UserId user, out TimeSpan retryAfter) => Allow("media_change", _mediaChanges, user.ToString(), out retryAfter);

    /// <summary>A try of the current password by somebody who is signed in.</summary>
    public bool TryCurrentPassword(UserId user, out TimeSpan retryAfter) => Allow("current_password", _passwordChange, user.ToString(), out retryAfter);

    /// <summary>One key for all who share an address; an IPv6 network of 64 bits is one customer.</summary>
    internal static string AddressKey(IPAddress? address)
    {
        if (address is null)
            return "local";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes(), 0, 8) : address.ToString();
    }

    private bool Allow(string name, WindowLimiter limiter, string key, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        if (!_enabled || limiter.TryAcquire(key, out retryAfter))
            return true;
        _metrics.RateLimited(name);
        return false;
    }
}
