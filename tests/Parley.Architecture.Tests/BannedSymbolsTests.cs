// Clocks, randomness, threads and sockets stay out of the rooms: the analyzer is wired in, and the compiled code agrees.
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Parley.Architecture.Tests;

public sealed class BannedSymbolsTests
{
    private const string Project = "src/Parley.Rooms/Parley.Rooms.csproj";
    private const string List = "src/Parley.Rooms/BannedSymbols.txt";

    private static IEnumerable<string> Banned => File.ReadLines(SourceTree.PathOf(List)).Where(line => line.Length > 0).Select(line => line.Split(';')[0]);

    public static TheoryData<string> MustBeBanned =>
    [
        "P:System.DateTime.UtcNow", "P:System.DateTimeOffset.UtcNow", "P:System.TimeProvider.System", "M:System.Guid.NewGuid", "T:System.Random",
        "T:System.Threading.Thread", "T:System.Threading.Timer", "T:System.Net.Sockets.Socket", "T:System.IO.File",
    ];

    [Theory, MemberData(nameof(MustBeBanned))]
    public void Rooms_bans(string symbol) => Assert.Contains(symbol, Banned);

    [Fact]
    public void The_list_reaches_the_analyzer() =>
        Assert.Contains(
            XDocument.Load(SourceTree.PathOf(Project)).Descendants("AdditionalFiles"),
            item => item.Attribute("Include")?.Value == "BannedSymbols.txt");

    [Fact]
    public void A_banned_call_is_an_error()
    {
        var properties = XDocument.Load(SourceTree.PathOf("Directory.Build.props"));
        Assert.Contains(properties.Descendants("TreatWarningsAsErrors"), element => element.Value == "true");
        Assert.Contains(
            properties.Descendants("PackageReference"),
            package => package.Attribute("Include")?.Value == "Microsoft.CodeAnalysis.BannedApiAnalyzers");
        // Nothing turns the rule (RS0030) down again, neither for the tree nor for a line.
        const string rule = "RS" + "0030";
        Assert.DoesNotContain(
            SourceTree.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith("props", StringComparison.Ordinal)
                || file.EndsWith(".csproj", StringComparison.Ordinal) || file.EndsWith(".editorconfig", StringComparison.Ordinal)),
            file => !file.EndsWith(nameof(BannedSymbolsTests) + ".cs", StringComparison.Ordinal) && SourceTree.Read(file).Contains(rule, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_banned_is_in_the_compiled_rooms()
    {
        using var file = File.OpenRead(SourceTree.Assembly("Parley.Rooms"));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        var used = metadata.TypeReferences.Select(handle => $"T:{NameOf(metadata, handle)}")
            .Concat(metadata.MemberReferences.SelectMany(handle => NamesOf(metadata, metadata.GetMemberReference(handle))))
            .ToHashSet(StringComparer.Ordinal);
        Offenders.None(Banned.Select(symbol => symbol.Split('(')[0]).Where(used.Contains));
    }

    private static IEnumerable<string> NamesOf(MetadataReader metadata, MemberReference member)
    {
        if (member.Parent.Kind != HandleKind.TypeReference)
            yield break;
        var type = NameOf(metadata, (TypeReferenceHandle)member.Parent);
        var name = metadata.GetString(member.Name);
        yield return $"M:{type}.{name}";
        if (name.StartsWith("get_", StringComparison.Ordinal))
            yield return $"P:{type}.{name[4..]}";
    }

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }
}
