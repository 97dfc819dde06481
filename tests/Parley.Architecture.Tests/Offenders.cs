// Says all offenders of a rule at once, one a line.
namespace Parley.Architecture.Tests;

/// <summary>The assertion of every rule.</summary>
internal static class Offenders
{
    public static void None<T>(IEnumerable<T> offenders)
    {
        var list = offenders.Select(offender => offender?.ToString()).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(list.Count == 0, $"{list.Count} against the rule:\n  {string.Join("\n  ", list)}");
    }
}
