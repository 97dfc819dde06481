// The first step of a stop: readiness falls and new WebSockets are refused, before anything that runs is told to go.
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Operations;

/// <summary>Registered last, so it hears of a stop before every other hosted service: the host asks them in reverse.</summary>
internal sealed class DrainSequence(DrainState drain, ParleyOptions options, TimeProvider clock, ILogger<DrainSequence> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        drain.BeginDraining();
        logger.Draining();
        // A load balancer sees the readiness fall before the port closes.
        if (options.Http.DrainDelay > TimeSpan.Zero)
            await Task.Delay(options.Http.DrainDelay, clock, CancellationToken.None);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Log messages of the drain: event ids 1050 to 1099.</summary>
internal static partial class DrainLog
{
    [LoggerMessage(1050, LogLevel.Information, "Draining: no new connections, open ones move on")]
    public static partial void Draining(this ILogger logger);
}
