// One timer for all connections: a timer each would cost memory and wake-ups that idle participants do not pay back.
namespace Parley.Server.Signaling.Transport;

/// <summary>Looks at every connection now and then.</summary>
internal sealed class ConnectionSweep(ConnectionTable table, ConnectionServices services, TimeProvider clock) : IHostedService, IDisposable
{
    private ITimer? _timer;
    private int _sweeping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var interval = services.Options.SweepInterval;
        _timer = clock.CreateTimer(_ => Sweep(), null, interval, interval);
        return Task.CompletedTask;
    }

    // The timer runs on until the program is gone, so that lingering connections of a draining server still end.
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _timer?.Dispose();

    private void Sweep()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) != 0)
            return;
        try
        {
            var nowMs = services.NowMs();
            foreach (var connection in table.All)
                connection.Sweep(nowMs);
        }
        finally
        {
            Volatile.Write(ref _sweeping, 0);
        }
    }
}
