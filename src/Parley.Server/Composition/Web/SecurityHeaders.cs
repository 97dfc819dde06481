// The headers by which a browser defends the page: CSP Level 3, HSTS (RFC 6797), Permissions Policy, Referrer Policy.
namespace Parley.Server.Composition.Web;

internal static class SecurityHeaders
{
    /// <summary>Scripts from here alone. React sets styles through the CSSOM, which needs no 'unsafe-inline'; blobs are received files and recorded media.</summary>
    private const string PageDirectives =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob: mediastream:; font-src 'self'; "
        + "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; ";

    private const string DataDirectives = "default-src 'none'; frame-ancestors 'none'";

    private const string Permissions =
        "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), fullscreen=(self), picture-in-picture=(self), "
        + "screen-wake-lock=(self), speaker-selection=(self), clipboard-write=(self), geolocation=(), payment=(), usb=()";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use(static (context, next) =>
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = Permissions;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
        headers["X-Request-Id"] = context.TraceIdentifier;
        headers.ContentSecurityPolicy = RoutePrefixes.IsReserved(context.Request.Path) ? DataDirectives : PageDirectives + ConnectSource(context.Request);
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
        return next(context);
    });

    /// <summary>Older browsers do not count the WebSocket of the same host as 'self'.</summary>
    private static string ConnectSource(HttpRequest request)
    {
        var host = request.Host;
        var isPlain = host.HasValue && !host.Value.AsSpan().ContainsAnyExcept(HostCharacters);
        return isPlain ? $"connect-src 'self' {(request.IsHttps ? "wss" : "ws")}://{host.Value}" : "connect-src 'self'";
    }

    private static readonly System.Buffers.SearchValues<char> HostCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]");
}

/// <summary>The paths that are never a page of the web app.</summary>
internal static class RoutePrefixes
{
    private static readonly PathString[] Reserved = ["/api", "/ws", "/health", "/metrics", "/openapi"];

    public static bool IsReserved(PathString path) => Reserved.Any(prefix => path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase));
}
