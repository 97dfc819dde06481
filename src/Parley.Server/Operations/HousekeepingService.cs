// Runs the database's housekeeping at start and every hour. It is nobody's business but the database's: a failure is logged and the next hour tries again.
using Parley.Data;

namespace Parley.Server.Operations;

/// <summary>Deletes what expired, now and then.</summary>
internal sealed class HousekeepingService(Housekeeping housekeeping, TimeProvider clock, ILogger<HousekeepingService> logger) : BackgroundWork
{
    /// <summary>How long audit entries are kept.</summary>
    public static readonly TimeSpan AuditRetention = TimeSpan.FromDays(365);

    /// <summary>From the end of one run to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Longer than this it stands in the way; the next run goes on where it was cut short.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            // The delay is set up before the run, so that a clock which jumps during it is not missed.
            var next = Task.Delay(Interval, clock, stoppingToken);
            await RunAsync(stoppingToken);
            await next;
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        using var limit = new CancellationTokenSource(Longest, clock);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        try
        {
            var gone = await housekeeping.RunAsync(clock.GetUtcNow(), AuditRetention, cancellation.Token);
            logger.Cleaned(gone.Guests, gone.RefreshFamilies, gone.Invitations, gone.AuditEntries);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException && !stoppingToken.IsCancellationRequested)
        {
            logger.CleaningFailed(exception);
        }
    }
}

/// <summary>Log messages of housekeeping: event ids 1400 to 1499.</summary>
internal static partial class HousekeepingLog
{
    [LoggerMessage(1400, LogLevel.Debug, "Deleted what expired: {Guests} guests, {RefreshFamilies} sign-ins, {Invitations} invitations, {AuditEntries} audit entries")]
    public static partial void Cleaned(this ILogger logger, int guests, int refreshFamilies, int invitations, int auditEntries);

    [LoggerMessage(1401, LogLevel.Warning, "What expired could not be deleted; the next hour tries again")]
    public static partial void CleaningFailed(this ILogger logger, Exception exception);
}
