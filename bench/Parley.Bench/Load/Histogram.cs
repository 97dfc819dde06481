// Latencies by microsecond steps of ten, filled by many threads at once.
using System.Diagnostics;

namespace Parley.Bench.Load;

/// <summary>Percentiles of durations up to ten seconds.</summary>
internal sealed class Histogram
{
    private const double StepMicroseconds = 10;
    private readonly int[] _counts = new int[1_000_001];
    private long _total;

    public long Total => Interlocked.Read(ref _total);

    public void Add(long ticks)
    {
        var step = (long)(ticks * 1_000_000.0 / Stopwatch.Frequency / StepMicroseconds);
        Interlocked.Increment(ref _counts[Math.Clamp(step, 0, _counts.Length - 1)]);
        Interlocked.Increment(ref _total);
    }

    /// <summary>The duration that this share of all stay within, in milliseconds.</summary>
    public double Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(Total * share);
        long seen = 0;
        for (var step = 0; step < _counts.Length; step++)
        {
            seen += _counts[step];
            if (seen >= wanted && wanted > 0)
                return (step + 1) * StepMicroseconds / 1000;
        }

        return double.NaN;
    }
}
