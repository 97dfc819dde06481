// The first steps of a stop: readiness falls, load balancers get time to see it, then sockets are sent away, before the web server stops.
using Parley.Server.Composition.Configuration;
using Parley.Server.Signaling;

namespace Parley.Server.Operations;

/// <summary>Registered last, so it hears of a stop before every other hosted service: the host asks them in reverse.</summary>
internal sealed class DrainSequence(DrainState drain, Dismissal dismissal, ParleyOptions options, TimeProvider clock, ILogger<DrainSequence> logger)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        drain.BeginStopping();
        if (options.Http.DrainDelay > TimeSpan.Zero)
        {
            // Until a load balancer has seen it, it sends people here: they are served as before.
            logger.Unready(options.Http.DrainDelay.TotalSeconds);
            await Task.Delay(options.Http.DrainDelay, clock, CancellationToken.None);
        }

        // Whoever opens a socket from here on sees this; whoever was quicker is in the table that everybody is sent away from.
        drain.BeginDraining();
        dismissal.SendAllAway();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Log messages of the drain: event ids 1050 to 1099.</summary>
internal static partial class DrainLog
{
    [LoggerMessage(1050, LogLevel.Information, "Stopping: no longer ready; draining begins in {Seconds} s")]
    public static partial void Unready(this ILogger logger, double seconds);
}
