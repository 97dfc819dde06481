// Who may read /metrics: this machine and the configured addresses, by the address that no client can choose.
using System.Net;
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Operations.Metrics;

internal static class MetricsAccess
{
    /// <summary>
    /// The remote address is that of the socket, or what a configured proxy says. A forwarding header that is still there was not believed: then a
    /// request from this machine comes from a proxy that nobody configured, on behalf of anybody.
    /// </summary>
    public static bool MayRead(HttpContext context, ParleyOptions options)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var headers = context.Request.Headers;
        var isForwarded = headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("Forwarded") || headers.ContainsKey("X-Real-IP");
        return (IPAddress.IsLoopback(address) && !isForwarded) || options.MetricsAllowedAddresses.Any(network => network.Contains(address));
    }
}
