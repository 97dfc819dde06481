// The way from an HTTP request to a stream of frames: RFC 6455 §4.2 over HTTP/1.1, RFC 8441 over HTTP/2.
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Parley.Server.Composition.Http;

namespace Parley.Server.Signaling.Transport;

/// <summary>Checks and accepts upgrades.</summary>
internal static class WebSocketHandshake
{
    /// <summary>The only sub-protocol spoken.</summary>
    public const string SubProtocol = "parley.v1";

    private const string Version = "13";

    private static readonly Problem UpgradeRequired = new(StatusCodes.Status426UpgradeRequired, "upgrade_required", "This address speaks WebSocket.");
    private static readonly Problem SubProtocolRequired = new(StatusCodes.Status400BadRequest, "subprotocol_required", $"The sub-protocol {SubProtocol} must be offered.");
    private static readonly Problem BadKey = new(StatusCodes.Status400BadRequest, "bad_request", "Sec-WebSocket-Key is not 16 bytes in base64.");

    /// <summary>Why the request cannot become a WebSocket; null when it can.</summary>
    public static Problem? Check(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (!IsWebSocket(context) || headers.SecWebSocketVersion != Version)
        {
            context.Response.Headers.SecWebSocketVersion = Version;
            context.Response.Headers.Upgrade = "websocket";
            return UpgradeRequired;
        }

        if (!Offers(headers.SecWebSocketProtocol))
            return SubProtocolRequired;
        return IsExtendedConnect(context) || IsKey(headers.SecWebSocketKey) ? null : BadKey;
    }

    /// <summary>Answers a checked request and takes over its stream.</summary>
    /// <exception cref="InvalidOperationException">The server holds as many upgraded connections as it may.</exception>
    public static ValueTask<Stream> AcceptAsync(HttpContext context)
    {
        // A slow reader is judged by its own outbox, not by the transport's least data rate.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } responseRate)
            responseRate.MinDataRate = null;
        var headers = context.Response.Headers;
        headers.SecWebSocketProtocol = SubProtocol;
        if (IsExtendedConnect(context))
            return context.Features.GetRequiredFeature<IHttpExtendedConnectFeature>().AcceptAsync();
        headers.Connection = HeaderNames.Upgrade;
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = AcceptKey(context.Request.Headers.SecWebSocketKey.ToString());
        return new ValueTask<Stream>(context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync());
    }

    private static bool IsWebSocket(HttpContext context) =>
        IsExtendedConnect(context)
        || (HttpMethods.IsGet(context.Request.Method)
            && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && Names(context.Request.Headers.Upgrade, "websocket"));

    private static bool IsExtendedConnect(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };

    private static bool Offers(StringValues protocols) => Names(protocols, SubProtocol);

    private static bool Names(StringValues values, string name) =>
        values.Any(value => value is not null && value.Split(',').Any(part => part.Trim().Equals(name, StringComparison.OrdinalIgnoreCase)));

    private static bool IsKey(StringValues key)
    {
        Span<byte> bytes = stackalloc byte[18];
        return key.Count == 1 && Convert.TryFromBase64String(key.ToString(), bytes, out var count) && count == 16;
    }

    // RFC 6455 §4.2.2: proves that the server understood the request; SHA-1 protects nothing here.
    private static string AcceptKey(string key)
    {
        Span<byte> hash = stackalloc byte[20];
#pragma warning disable CA5350 // the standard names the algorithm
        SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"), hash);
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }
}
