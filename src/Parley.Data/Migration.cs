// A numbered step of the schema, read from this assembly's embedded SQL files.
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Parley.Data;

/// <summary>One reversible step.</summary>
/// <param name="Version">Its number, from 1 without gaps.</param>
/// <param name="Name">What it is about.</param>
/// <param name="Up">The SQL that takes it.</param>
/// <param name="Down">The SQL that takes it back.</param>
internal sealed partial record Migration(int Version, string Name, string Up, string Down)
{
    /// <summary>Both directions hashed: an applied step is never edited.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Up}\0{Down}")));

    /// <summary>The steps in order, for one dialect. <c>0001_name.up.sql</c> serves both, <c>0001_name.up.sqlite.sql</c> one.</summary>
    public static IReadOnlyList<Migration> All(DatabaseKind kind)
    {
        var assembly = typeof(Migration).Assembly;
        var scripts = assembly.GetManifestResourceNames()
            .Select(static resource => ScriptName().Match(resource))
            .Where(match => match.Success && IsFor(kind, match.Groups["dialect"].Value))
            .ToLookup(static match => (Version: int.Parse(match.Groups["version"].Value, CultureInfo.InvariantCulture), Name: match.Groups["name"].Value));
        return [.. scripts.OrderBy(static step => step.Key.Version).Select(step => new Migration(
            step.Key.Version,
            step.Key.Name,
            Read(assembly, step.Single(static match => match.Groups["direction"].Value == "up").Value),
            Read(assembly, step.Single(static match => match.Groups["direction"].Value == "down").Value)))];
    }

    private static bool IsFor(DatabaseKind kind, string dialect) =>
        dialect.Length == 0 || dialect == (kind == DatabaseKind.Sqlite ? "sqlite" : "postgres");

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"^.*\.(?<version>\d{4})_(?<name>[a-z_]+)\.(?<direction>up|down)(\.(?<dialect>sqlite|postgres))?\.sql$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ScriptName();
}
