// The web client's layers: call/ is free of React, ui/ knows nothing of calls, features do not import each other.
using System.Text.RegularExpressions;

namespace Parley.Architecture.Tests;

public sealed partial class WebLayerTests
{
    private const string Source = "web/src/";

    [Fact]
    public void Calls_know_no_React() =>
        Offenders.None(Imports("call/").Where(import => import.Target is "react" or "react-dom" || Below(import.Target, "app", "features", "ui")));

    [Fact]
    public void The_design_system_knows_no_calls() =>
        Offenders.None(Imports("ui/").Where(import => Below(import.Target, "app", "call", "features")));

    [Fact]
    public void Features_do_not_import_each_other()
    {
        var foreign = Imports("features/").Where(import =>
        {
            var own = import.File.Split('/')[1];
            return Below(import.Target, "features") && !Below(import.Target, $"features/{own}");
        });
        Offenders.None(foreign);
    }

    private static bool Below(string target, params string[] directories) =>
        directories.Any(directory => target == directory || target.StartsWith(directory + '/', StringComparison.Ordinal));

    /// <summary>Every import below a directory of web/src, with relative paths and the @ alias resolved to paths below web/src.</summary>
    private static IEnumerable<(string File, string Target)> Imports(string directory) =>
        from file in SourceTree.Below(Source + directory, ".ts", ".tsx")
        let name = file[Source.Length..]
        from Match match in Import().Matches(SourceTree.Read(file))
        select (name, Resolve(name, match.Groups[1].Value));

    private static string Resolve(string file, string specifier)
    {
        if (specifier.StartsWith("@/", StringComparison.Ordinal))
            return specifier[2..];
        if (!specifier.StartsWith('.'))
            return specifier;
        var full = Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(file)!, specifier));
        return full[1..];
    }

    [GeneratedRegex("""(?:\bfrom|\bimport\(|^import)\s*['"]([^'"]+)['"]""", RegexOptions.Multiline, 5000)]
    private static partial Regex Import();
}
