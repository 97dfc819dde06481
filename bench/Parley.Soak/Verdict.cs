// Whether what was held has grown: the second half of the run against its second quarter, when everything is warm.
namespace Parley.Soak;

internal static class Verdict
{
    private const double MemoryShare = 1.10;
    private const double MemoryMiB = 8;

    // HTTP connections of the moment, and peers whose socket is open before they are counted.
    private const int StrayDescriptors = 6;

    public static List<string> Of(IReadOnlyList<Reading> readings, Reading last)
    {
        var failures = new List<string>();
        var quarter = readings.Count / 4;
        if (quarter < 2)
        {
            failures.Add("too few readings");
            return failures;
        }

        var warm = readings.Skip(quarter).Take(quarter).ToList();
        var late = readings.Skip(2 * quarter).ToList();
        Compare("resident memory", static reading => reading.ResidentMiB);
        Compare("managed memory", static reading => reading.ManagedMiB);
        if (last.Peers != 0)
            failures.Add($"{last.Peers} peers are left when all have gone");
        if (last.Sessions != 0)
            failures.Add($"{last.Sessions} DTLS sessions are left when all have gone");
        // Each peer has a socket; what is open beside them is the runtime's, which takes some on first use.
        var beside = Median(warm, static reading => reading.Descriptors - reading.Peers);
        foreach (var (when, open) in new[] { ("late", Median(late, static reading => reading.Descriptors - reading.Peers)), ("when all have gone", last.Descriptors) })
        {
            if (open > beside + StrayDescriptors)
                failures.Add($"{open:0} descriptors are open beside the peers' {when}, {beside:0} before");
        }

        if (last.Joined < readings.Count)
            failures.Add($"only {last.Joined} clients joined");
        return failures;

        void Compare(string what, Func<Reading, double> read)
        {
            var (before, after) = (Median(warm, read), Median(late, read));
            if (after > before * MemoryShare && after > before + MemoryMiB)
                failures.Add($"{what} went from {before:0.0} to {after:0.0} MiB");
        }
    }

    private static double Median(IEnumerable<Reading> readings, Func<Reading, double> read)
    {
        var sorted = readings.Select(read).Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
