// The engine's time: microseconds since the process began to look.
using System.Diagnostics;

namespace Parley.Media.Udp.Workers;

internal static class MonotonicClock
{
    private static readonly long Zero = Stopwatch.GetTimestamp();

    public static long NowUs => (Stopwatch.GetTimestamp() - Zero) / (Stopwatch.Frequency / 1_000_000);
}
