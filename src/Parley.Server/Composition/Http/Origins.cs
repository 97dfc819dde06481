// Which origins may speak to this server (RFC 6454), and which one stands in links.
using System.Net;
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Composition.Http;

/// <summary>Judges the Origin header of REST and of the upgrade to WebSocket.</summary>
public sealed class Origins(ParleyOptions options)
{
    /// <summary>True when the request may come from where it says; a request without Origin comes from a program.</summary>
    public bool IsAllowed(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        return origin.Count == 0 || (origin is [{ } only] && IsAllowed(only, request));
    }

    /// <summary>True for an origin of the configuration, and for the server's own.</summary>
    public bool IsAllowed(string origin, HttpRequest request) =>
        options.Http.AllowedOrigins.Contains(origin)
        || (options.Http.PublicUrl is { } url && SameOrigin(origin, OriginOf(url)))
        || (OwnOrigin(request) is { } own && SameOrigin(origin, own));

    /// <summary>Where people reach the server: the configured address, else the request's own origin if it is an allowed one; null when neither is known.</summary>
    public string? PublicOrigin(HttpRequest request)
    {
        if (options.Http.PublicUrl is { } url)
            return OriginOf(url);
        if (request.Headers.Origin is [{ } origin] && options.Http.AllowedOrigins.Contains(origin))
            return origin;
        return OwnOrigin(request);
    }

    /// <summary>
    /// The address that the request came to. Once addresses are configured, a name that is none of them is not believed: it may be anybody's that points
    /// here. An IP address and localhost cannot be pointed elsewhere.
    /// </summary>
    private string? OwnOrigin(HttpRequest request)
    {
        if (!request.Host.HasValue)
            return null;
        var own = $"{request.Scheme}://{request.Host.Value}";
        var nothingConfigured = options.Http.PublicUrl is null && options.Http.AllowedOrigins.Count == 0;
        var host = request.Host.Host;
        var isLocal = host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.Trim('[', ']'), out _);
        return nothingConfigured || isLocal || options.Http.AllowedOrigins.Contains(own) ? own : null;
    }

    private static string OriginOf(Uri url) => url.GetLeftPart(UriPartial.Authority);

    private static bool SameOrigin(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
