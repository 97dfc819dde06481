// Looks now and then how every peer fares: what is counted so stays small, however many there are.
using Parley.Server.Operations;
using Parley.Server.Operations.Metrics;

namespace Parley.Server.Media;

/// <summary>Takes samples for <see cref="MediaMeter"/>.</summary>
internal sealed class MediaSampler(MediaGateway gateway, MediaMeter meter, TimeProvider clock, ILogger<MediaSampler> logger) : BackgroundWork
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>One look.</summary>
    public async Task SampleAsync()
    {
        foreach (var (peer, statistics) in await gateway.ReadStatisticsAsync(gateway.List()))
            meter.Sample(peer.Worker, statistics);
    }

    /// <inheritdoc/>
    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SampleAsync().WaitAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException))
            {
                // Statistics are no reason to end the server.
                logger.SampleFailed(exception);
            }
        }
    }
}
