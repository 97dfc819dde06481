// Puts the server together: the only place that knows which implementation stands behind a port.
using Microsoft.Extensions.DependencyInjection.Extensions;
using Parley.Media.Engine;
using Parley.Server.Composition.Configuration;
using Parley.Server.Composition.Http;
using Parley.Server.Composition.Json;
using Parley.Server.Composition.OpenApi;
using Parley.Server.Composition.Web;
using Parley.Server.Features.Accounts;
using Parley.Server.Features.Audit;
using Parley.Server.Features.Auth;
using Parley.Server.Features.History;
using Parley.Server.Features.Ice;
using Parley.Server.Features.Meetings;
using Parley.Server.Features.Whip;
using Parley.Server.Media;
using Parley.Server.Operations;
using Parley.Server.Operations.Health;
using Parley.Server.Operations.Metrics;
using Parley.Server.Operations.Tls;
using Parley.Server.Signaling;

namespace Parley.Server.Composition;

/// <summary>Builds the web application.</summary>
public static class ParleyServer
{
    /// <summary>Builds a server that has not been started; nothing on disk or network is touched before it starts.</summary>
    /// <param name="args">The command line: any key as <c>--Key=value</c>.</param>
    /// <param name="configure">Replaces services, in tests.</param>
    /// <exception cref="ConfigurationException">The configuration has mistakes.</exception>
    public static WebApplication Build(IReadOnlyList<string> args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(ParleyServer).Assembly.GetName().Name,
            Args = CommandLineArguments.ToConfiguration(args),
        });
        var configuration = ConfigurationLoader.Load(builder.Configuration);
        if (configuration.Problems.Count > 0)
            throw new ConfigurationException(configuration.Problems);
        builder.Services.AddSingleton(configuration);
        builder.AddParley(configuration.Options);
        configure?.Invoke(builder);
        var app = builder.Build();
        app.UseParley();
        return app;
    }

    private static void AddParley(this WebApplicationBuilder builder, ParleyOptions options)
    {
        var services = builder.Services;
        builder.AddParleyLogging();
        builder.AddWebServer(options);
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<DataDirectory>();
        services.AddSingleton<DrainState>();
        services.AddHostedService<StartupSequence>();
        services.AddMetrics();
        services.AddSingleton<ParleyMetrics>();
        services.AddSingleton<DatabaseMeter>();
        services.AddSingleton<MediaMeter>();
        services.AddSingleton<MetricsCollector>();
        services.AddSingleton<ServerCertificate>();
        services.AddHostedService<AccountChangesWatch>();
        services.AddHostedService<HousekeepingService>();
        services.AddHostedService<MemoryTrim>();
        services.AddOpenApiDocuments();
        services.ConfigureHttpJsonOptions(static json => ApiJson.Describe(json.SerializerOptions));
        services.AddStorage();
        services.AddAuth();
        services.AddMeetings();
        services.AddSingleton<IceServerList>();
        services.AddSingleton(new MediaEngineOptions());
        services.AddSingleton<MediaGateway>();
        services.AddHostedService<MediaHost>();
        services.AddSingleton<MediaSampler>();
        services.AddHostedService(static provider => provider.GetRequiredService<MediaSampler>());
        services.AddWhip();
        services.AddSingleton<Origins>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<IAuditLog>(static provider => provider.GetRequiredService<AuditLog>());
        services.AddHostedService(static provider => provider.GetRequiredService<AuditLog>());
        services.AddSignaling();
        services.TryAddSingleton<IRunningRooms, NoRunningRooms>();
        services.TryAddSingleton<NobodyConnected>();
        services.TryAddSingleton<IPresence>(provider => provider.GetRequiredService<NobodyConnected>());
        services.TryAddSingleton<ISessionRevocation>(provider => provider.GetRequiredService<NobodyConnected>());
        services.AddHostedService<DrainSequence>();
    }

    private static void UseParley(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<ParleyOptions>();
        app.UseKnownProxies(options);
        app.UseSecurityHeaders();
        app.UseProblemDetails();
        app.UseWebApp(options);
        app.UseCrossOrigin();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealth();
        app.MapMetrics();
        app.MapOpenApi("/openapi/v1.json").AllowAnonymous();
        app.MapSignaling();
        var api = app.MapGroup("/api");
        api.AddEndpointFilter(BoundRequestFilter.InvokeAsync);
        api.MapAuth();
        api.MapMeetings();
        api.MapWhip();
        GetMe.Map(api);
        PatchMe.Map(api);
        GetUsers.Map(api);
        GetCallLogs.Map(api);
        GetCallLog.Map(api);
        GetIceServers.Map(api);
        GetAudit.Map(api);
        // Routes are known from here on, also to commands that never start the server.
        app.UseEndpoints(static _ => { });
    }
}
