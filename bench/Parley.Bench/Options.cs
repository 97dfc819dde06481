// Words of a command line: --name value, and --flag.
using System.Globalization;

namespace Parley.Bench;

internal sealed class Options(string[] words)
{
    public string? Text(string name) => Array.IndexOf(words, $"--{name}") is >= 0 and var at && at + 1 < words.Length ? words[at + 1] : null;

    public IReadOnlyList<string>? List(string name) => Text(name)?.Split(',');

    public bool Has(string name) => words.Contains($"--{name}", StringComparer.Ordinal);

    /// <exception cref="FormatException">It is no number.</exception>
    public double Number(string name, double otherwise) => Text(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
