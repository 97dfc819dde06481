// Finds keys under Parley: that nothing reads: nearly always a typing mistake, so the nearest known key is named.
namespace Parley.Server.Composition.Configuration;

/// <summary>Compares what is configured with what exists.</summary>
internal static class UnknownKeys
{
    public static IReadOnlyList<ConfigurationProblem> Find(IConfiguration configuration, IReadOnlyCollection<string> known)
    {
        var warnings = new List<ConfigurationProblem>();
        foreach (var (key, value) in configuration.GetSection("Parley").AsEnumerable())
        {
            if (value is null || known.Contains(key, StringComparer.OrdinalIgnoreCase))
                continue;
            var nearest = known.MinBy(candidate => Distance(key, candidate));
            var help = nearest is not null && Distance(key, nearest) <= Math.Max(3, key.Length / 4) ? $" Did you mean {nearest}?" : string.Empty;
            warnings.Add(new ConfigurationProblem(key, $"is not a setting of Parley and is ignored.{help}"));
        }

        return warnings;
    }

    /// <summary>Edit distance (Levenshtein), letters of either case being equal.</summary>
    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                var next = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + cost);
                diagonal = row[j];
                row[j] = next;
            }
        }

        return row[b.Length];
    }
}
