// Which seeds fuzz tests run with: the same few in the test suite, ever new ones in script/fuzz, and one that failed when it is looked into.
using System.Diagnostics;
using System.Globalization;

namespace Parley.Media.Tests.Stage;

internal static class FuzzSeeds
{
    /// <summary>
    /// The seeds 1, 2, … as many as the suite has time for. With <c>PARLEY_FUZZ_SECONDS</c> random ones for so long; with <c>PARLEY_FUZZ_SEED</c> that one.
    /// </summary>
    public static IEnumerable<int> For(int usual)
    {
        if (Environment.GetEnvironmentVariable("PARLEY_FUZZ_SEED") is { Length: > 0 } seed)
            return [int.Parse(seed, CultureInfo.InvariantCulture)];
        return Environment.GetEnvironmentVariable("PARLEY_FUZZ_SECONDS") is { Length: > 0 } seconds
            ? During(TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)))
            : Enumerable.Range(1, usual);
    }

    private static IEnumerable<int> During(TimeSpan time)
    {
        var begun = Stopwatch.StartNew();
        while (begun.Elapsed < time)
            yield return Random.Shared.Next();
    }
}
