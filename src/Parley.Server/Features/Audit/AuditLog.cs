// Writes audit entries in the background, in batches; the queue is bounded, and what does not fit is counted.
using System.Threading.Channels;
using Parley.Data;
using Parley.Server.Operations;
using Parley.Server.Operations.Metrics;

namespace Parley.Server.Features.Audit;

/// <inheritdoc cref="IAuditLog"/>
internal sealed class AuditLog(AuditStore store, ParleyMetrics metrics, ILogger<AuditLog> logger) : BackgroundWork, IAuditLog
{
    private const int QueueCapacity = 10_000;
    private const int BatchSize = 200;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Channel<AuditEntry> _queue = Channel.CreateBounded<AuditEntry>(
        new BoundedChannelOptions(QueueCapacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    /// <inheritdoc/>
    public void Write(AuditEntry entry)
    {
        if (!_queue.Writer.TryWrite(entry))
            metrics.AuditDropped();
    }

    /// <summary>Stores what is queued before the host goes on stopping.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } running)
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        var batch = new List<AuditEntry>(BatchSize);
        while (await _queue.Reader.WaitToReadAsync(stoppingToken))
        {
            while (batch.Count < BatchSize && _queue.Reader.TryRead(out var entry))
                batch.Add(entry);
            await StoreAsync(batch, stoppingToken);
            batch.Clear();
        }
    }

    /// <summary>Tries until the database takes the batch: an entry is stored once by its id, so a repeated try doubles nothing.</summary>
    private async Task StoreAsync(List<AuditEntry> batch, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await store.AppendAsync(batch, stoppingToken);
                return;
            }
            catch (DatabaseUnavailableException exception)
            {
                logger.BatchDelayed(batch.Count, exception);
                await Task.Delay(RetryDelay, stoppingToken);
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
            {
                // A bug: it costs this batch, neither those after it nor the program.
                logger.BatchLost(batch.Count, exception);
                for (var i = 0; i < batch.Count; i++)
                    metrics.AuditDropped();
                return;
            }
        }
    }
}

/// <summary>Log messages of the audit writer: event ids 1300 to 1399.</summary>
internal static partial class AuditLogMessages
{
    [LoggerMessage(1300, LogLevel.Warning, "{Count} audit entries wait for the database")]
    public static partial void BatchDelayed(this ILogger logger, int count, Exception exception);

    [LoggerMessage(1301, LogLevel.Error, "{Count} audit entries cannot be stored and are lost")]
    public static partial void BatchLost(this ILogger logger, int count, Exception exception);
}
