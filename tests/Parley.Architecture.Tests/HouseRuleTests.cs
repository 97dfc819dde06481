// How the tree reads: small files that say their role, names of the field, nothing of the machine it was written on.
using System.Text.RegularExpressions;

namespace Parley.Architecture.Tests;

public sealed partial class HouseRuleTests
{
    private const int MaxLines = 500;

    private static readonly string[] Vague = ["Util", "Utils", "Helper", "Helpers", "Manager", "Common", "Misc"];

    private static IEnumerable<string> Sources =>
        SourceTree.Files.Where(file => Code().IsMatch(file) && !file.EndsWith(".generated.ts", StringComparison.Ordinal) && !file.EndsWith(".d.ts", StringComparison.Ordinal));

    [Fact]
    public void A_file_holds_one_idea()
    {
        // The aim is 400; past 500 a type wants to be taken out. Texts of a language are a list, however long.
        var long_ = Sources.Where(file => !file.StartsWith("web/src/i18n/", StringComparison.Ordinal))
            .Select(file => (file, lines: File.ReadLines(SourceTree.PathOf(file)).Count()))
            .Where(entry => entry.lines > MaxLines);
        Offenders.None(long_);
    }

    [Fact]
    public void A_file_opens_with_its_role() =>
        // A test class is named after what it tests, and its tests are sentences.
        Offenders.None(Sources.Where(file => !file.EndsWith("Tests.cs", StringComparison.Ordinal) && !RoleComment().IsMatch(SourceTree.Read(file))));

    [Fact]
    public void No_name_is_vague() =>
        Offenders.None(Sources.Where(file => file.Split('/').Any(part => Words().Matches(part).Any(word => Vague.Contains(word.Value, StringComparer.OrdinalIgnoreCase)))));

    [Fact]
    public void No_file_knows_a_machine()
    {
        var files = SourceTree.Files.Where(file => !Binary().IsMatch(file));
        Offenders.None(files.Where(file => MachinePath().IsMatch(SourceTree.Read(file))));
    }

    [Fact]
    public void Nothing_is_left_to_be_done_in_a_comment() =>
        Offenders.None(Sources.Where(file => LeftOver().IsMatch(SourceTree.Read(file))));

    [Fact]
    public void Tests_wait_for_events_and_never_for_a_time()
    {
        var sleeping = Sources.Where(file => file.StartsWith("tests/", StringComparison.Ordinal) || file.Contains(".test.", StringComparison.Ordinal))
            .Where(file => Sleep().IsMatch(SourceTree.Read(file)));
        Offenders.None(sleeping);
    }

    [GeneratedRegex(@"^(src|tests|bench|web/src|web/typegen)/.*\.(cs|ts|tsx|go|py)$", RegexOptions.None, 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\A\uFEFF?(//|/\*|#(?!region))", RegexOptions.None, 1000)]
    private static partial Regex RoleComment();

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])", RegexOptions.None, 1000)]
    private static partial Regex Words();

    [GeneratedRegex(@"\.(png|woff2|ico|wasm|wav|y4m|jpg|webp|mp3|ogg)$", RegexOptions.None, 1000)]
    private static partial Regex Binary();

    [GeneratedRegex(@"(//|/\*|#)\s*(TO" + @"DO|FIX" + @"ME|HA" + @"CK|XX" + @"X)\b", RegexOptions.None, 5000)]
    private static partial Regex LeftOver();

    // An absolute path into somebody's own directories; a folder of the project may well be called home.
    [GeneratedRegex(@"(^|[^A-Za-z0-9_.\-/@}])/(work|root|home)/|[A-Z]:\\Users", RegexOptions.Multiline, 5000)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\bThread\.Sleep\(|await Task\.Del" + @"ay\(\s*\d|WaitForTime" + @"out", RegexOptions.None, 5000)]
    private static partial Regex Sleep();
}
