// Gives memory back when a busy time is over: without it the heap keeps the size of its busiest moment for as long as nothing is allocated.
namespace Parley.Server.Operations;

/// <summary>Collects once in every quiet time that follows a busy one.</summary>
internal sealed class MemoryTrim(TimeProvider clock, ILogger<MemoryTrim> logger) : BackgroundWork
{
    /// <summary>How long it must be quiet.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        var quiet = new QuietTime();
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (!quiet.HasBegun(GC.GetTotalAllocatedBytes()))
                continue;

            // Everybody stands still meanwhile, 30 to 60 ms for 5,000 participants: at a time when hardly anybody says anything.
            var before = GC.GetGCMemoryInfo().TotalCommittedBytes;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            NativeHeap.Trim();
            logger.Trimmed((before - GC.GetGCMemoryInfo().TotalCommittedBytes) / 1024);
        }
    }
}

/// <summary>Tells from how much is allocated when a busy time is over.</summary>
internal sealed class QuietTime
{
    /// <summary>A server that allocates less in an interval does next to nothing.</summary>
    public const long QuietBytes = 1 << 20;

    /// <summary>Less than this is not worth a collection.</summary>
    public const long WorthBytes = 16 << 20;

    private long _last;
    private long _trimmed;

    /// <summary>Called once an interval.</summary>
    /// <param name="allocated">What the program has allocated since its start.</param>
    /// <returns>True when the interval was quiet and enough was allocated since the last time that this was true.</returns>
    public bool HasBegun(long allocated)
    {
        var quiet = allocated - _last < QuietBytes;
        _last = allocated;
        if (!quiet || allocated - _trimmed < WorthBytes)
            return false;
        _trimmed = allocated;
        return true;
    }
}

/// <summary>Log messages of memory: event ids 1500 to 1599.</summary>
internal static partial class MemoryTrimLog
{
    [LoggerMessage(1500, LogLevel.Debug, "Gave {KiB} KiB back after a busy time")]
    public static partial void Trimmed(this ILogger logger, long kiB);
}
