// Kestrel: where it listens, how much it takes, and how long it waits.
using Parley.Server.Composition.Configuration;
using Parley.Server.Operations;
using Parley.Server.Operations.Tls;
using Parley.Server.Signaling.Transport;

namespace Parley.Server.Composition;

/// <summary>Configures the web server.</summary>
internal static class WebServer
{
    /// <summary>REST bodies are small; signaling frames have their own limit.</summary>
    public const int MaxRequestBodyBytes = 64 * 1024;

    public const int HttpPort = 5000;
    public const int HttpsPort = 5001;

    public static void AddWebServer(this WebApplicationBuilder builder, ParleyOptions options)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();

        // The other half of SocketScheduling: Kestrel, too, goes on where it was woken.
        builder.WebHost.UseSockets(static sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            kestrel.AddServerHeader = false;
            var limits = kestrel.Limits;
            limits.MaxRequestBodySize = MaxRequestBodyBytes;
            limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
            var connections = options.Http.MaxConnections > 0 ? options.Http.MaxConnections : DescriptorLimit.SafeConnections();
            limits.MaxConcurrentConnections = connections;
            limits.MaxConcurrentUpgradedConnections = connections;
            kestrel.ConfigureHttpsDefaults(https =>
            {
                var certificate = kestrel.ApplicationServices.GetRequiredService<ServerCertificate>();
                https.ServerCertificateSelector = (_, _) => certificate.Current;
            });
            // On the endpoints of a configuration this stands outside of HTTPS: an offer for HTTP alone.
            kestrel.ConfigureEndpointDefaults(ConnectionHandover.OfferOn);
            if (!SaysWhereToListen(context.Configuration))
            {
                kestrel.ListenLocalhost(HttpPort);
                kestrel.ListenAnyIP(HttpsPort, static listen =>
                {
                    listen.UseHttps();
                    ConnectionHandover.OfferOn(listen);
                });
            }
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Http.DrainDelay + options.Http.DrainTimeout);
    }

    /// <summary>The addresses of --urls that cannot be listened on, as they were given.</summary>
    public static IEnumerable<string> BadUrls(IConfiguration configuration)
    {
        foreach (var url in (configuration["urls"] ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!IsUrl(url))
                yield return url;
        }
    }

    private static bool IsUrl(string url)
    {
        try
        {
            return BindingAddress.Parse(url).Scheme is "http" or "https";
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Whether any address that is listened on needs the certificate.</summary>
    public static bool ListensOnHttps(IConfiguration configuration) =>
        !SaysWhereToListen(configuration)
        || configuration["https_ports"] is { Length: > 0 }
        || (configuration["urls"] ?? string.Empty).Split(';', StringSplitOptions.TrimEntries).Any(IsHttps)
        || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any(static endpoint => IsHttps(endpoint["Url"] ?? string.Empty));

    private static bool IsHttps(string url) => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether --urls or one of ASP.NET Core's own keys names addresses.</summary>
    public static bool SaysWhereToListen(IConfiguration configuration) =>
        configuration["urls"] is { Length: > 0 }
        || configuration["http_ports"] is { Length: > 0 }
        || configuration["https_ports"] is { Length: > 0 }
        || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
}
