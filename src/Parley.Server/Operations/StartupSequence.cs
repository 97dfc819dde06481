// What must be there before anything listens: data directory, schema, keys, certificate, in this order. And the start of the drain.
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Operations;

/// <summary>Runs before every other hosted service starts, and first of all when the host stops.</summary>
internal sealed class StartupSequence(DataDirectory directory, DrainState drain, ParleyOptions options) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        directory.Create();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        drain.MarkStarted();
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        drain.BeginDraining();
        // A load balancer sees the readiness fall before the port closes.
        if (options.Http.DrainDelay > TimeSpan.Zero)
            await Task.Delay(options.Http.DrainDelay, CancellationToken.None);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
