// Believes X-Forwarded-For and -Proto from the configured proxies alone.
using Microsoft.AspNetCore.HttpOverrides;
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Composition.Web;

internal static class Proxies
{
    public static void UseKnownProxies(this WebApplication app, ParleyOptions options)
    {
        if (options.Http.KnownProxies.Count == 0)
            return;
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            // Every hop is checked against the list, so the number of hops need not be.
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.Http.KnownProxies)
            forwarded.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(forwarded);
    }
}
