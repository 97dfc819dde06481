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

    /// <summary>Runs with each of the seeds, and says which one it was when that fails.</summary>
    public static void ForEach(int usual, Action<int> run)
    {
        foreach (var seed in For(usual))
        {
            try
            {
                run(seed);
            }
            catch (Exception error)
            {
                throw Named(seed, error);
            }
        }
    }

    /// <summary>Runs with each of the seeds, one after the other, and says which one it was when that fails.</summary>
    public static async Task ForEachAsync(int usual, Func<int, Task> run)
    {
        foreach (var seed in For(usual))
        {
            try
            {
                await run(seed);
            }
            catch (Exception error)
            {
                throw Named(seed, error);
            }
        }
    }

    private static InvalidOperationException Named(int seed, Exception error) => new($"PARLEY_FUZZ_SEED={seed}: {error.Message}", error);

    private static IEnumerable<int> During(TimeSpan time)
    {
        var begun = Stopwatch.StartNew();
        while (begun.Elapsed < time)
            yield return Random.Shared.Next();
    }
}
