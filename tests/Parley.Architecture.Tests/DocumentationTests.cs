// The documents keep pace with the code: links lead somewhere, the configuration table is whole, named scripts exist.
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Parley.Server.Composition.Configuration;

namespace Parley.Architecture.Tests;

public sealed partial class DocumentationTests
{
    public static TheoryData<string> Documents => [.. SourceTree.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal))];

    public static TheoryData<string> MustExist =>
    [
        "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "docs/protocol.md", "docs/lifecycles.md", "docs/operations/README.md",
        "docs/decisions/README.md",
    ];

    [Theory, MemberData(nameof(MustExist))]
    public void A_newcomer_finds(string document) => Assert.Contains(document, SourceTree.Files);

    [Theory, MemberData(nameof(Documents))]
    public void Every_link_leads_somewhere(string document)
    {
        var directory = Path.GetDirectoryName(document)!;
        var broken = Link().Matches(WithoutCode(SourceTree.Read(document)))
            .Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(target => !Leads(document, directory, target));
        Offenders.None(broken);
    }

    [Fact]
    public void The_configuration_table_names_every_key_and_no_other()
    {
        var keys = ConfigurationLoader.Load(new ConfigurationBuilder().Build()).KnownKeys;
        var documented = TableKey().Matches(SourceTree.Read("README.md")).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(keys.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Documents))]
    public void Every_script_that_is_named_exists(string document)
    {
        var named = Script().Matches(SourceTree.Read(document)).Select(match => match.Value);
        Offenders.None(named.Where(script => !File.Exists(SourceTree.PathOf(script)) && !Directory.Exists(SourceTree.PathOf(script))));
    }

    [Theory, MemberData(nameof(Documents))]
    public void Every_key_that_is_named_is_read(string document)
    {
        var keys = ConfigurationLoader.Load(new ConfigurationBuilder().Build()).KnownKeys;
        var unknown = NamedKey().Matches(SourceTree.Read(document)).Select(match => match.Value.Replace("__", ":", StringComparison.Ordinal).TrimEnd(':'))
            .Where(name => !keys.Any(key => Covers(key, name)));
        Offenders.None(unknown);
    }

    /// <summary>A section, the key itself, or an element of a list under it.</summary>
    private static bool Covers(string key, string name) =>
        key.Equals(name, StringComparison.OrdinalIgnoreCase)
        || key.StartsWith(name + ':', StringComparison.OrdinalIgnoreCase)
        || name.StartsWith(key + ':', StringComparison.OrdinalIgnoreCase);

    private static bool Leads(string document, string directory, string target)
    {
        var parts = target.Split('#', 2);
        var file = parts[0].Length == 0 ? document : Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", directory, parts[0])));
        var path = SourceTree.PathOf(file);
        if (Directory.Exists(path))
            return true;
        return File.Exists(path) && (parts.Length == 1 || Anchors(File.ReadAllText(path)).Contains(parts[1]));
    }

    private static HashSet<string> Anchors(string text) =>
        [.. Heading().Matches(WithoutCode(text)).Select(match => NoAnchor().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    private static string WithoutCode(string text) => Fence().Replace(text, "");

    [GeneratedRegex(@"\]\(([^)\s]+)\)", RegexOptions.None, 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"^\| `(Parley:[A-Za-z:]+)`", RegexOptions.Multiline, 1000)]
    private static partial Regex TableKey();

    [GeneratedRegex(@"(?<![\w/])script/[a-z]+\b", RegexOptions.None, 1000)]
    private static partial Regex Script();

    [GeneratedRegex(@"\bParley(:|__)[A-Z][A-Za-z]+((:|__)[A-Za-z0-9]+)*", RegexOptions.None, 1000)]
    private static partial Regex NamedKey();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.None, 1000)]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline, 1000)]
    private static partial Regex Fence();
}
