// Who may reference whom (ARCHITECTURE.md, "What may know what"), in the project files and in what was compiled.
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Parley.Architecture.Tests;

public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Parley.Protocol"] = [],
        ["Parley.Rooms"] = ["Parley.Protocol"],
        ["Parley.Media"] = [],
        ["Parley.Media.Udp"] = ["Parley.Media"],
        ["Parley.Data"] = ["Parley.Rooms"],
        ["Parley.Cluster"] = ["Parley.Rooms"],
        ["Parley.Server"] = ["Parley.Protocol", "Parley.Rooms", "Parley.Media", "Parley.Media.Udp", "Parley.Data", "Parley.Cluster"],
        ["Parley.Client"] = ["Parley.Protocol"],
    };

    /// <summary>What a project without IO has no business with.</summary>
    private static readonly string[] InputAndOutput =
    [
        "System.Net", "System.IO.Pipes", "System.Data", "Microsoft.AspNetCore", "Microsoft.Data", "Npgsql", "Dapper",
    ];

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(SourceTree.PathOf("src")).Select(path => Path.GetFileName(path)!)];

    public static TheoryData<string> SansIo => ["Parley.Protocol", "Parley.Rooms", "Parley.Media"];

    [Theory, MemberData(nameof(Projects))]
    public void A_project_references_only_what_the_table_allows(string project)
    {
        Assert.True(Allowed.ContainsKey(project), $"{project} is not in the table; add it to ARCHITECTURE.md and here.");
        var references = XDocument.Load(SourceTree.PathOf($"src/{project}/{project}.csproj"))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
        Offenders.None(references.Except(Allowed[project]));
    }

    [Theory, MemberData(nameof(Projects))]
    public void What_was_compiled_references_only_what_the_table_allows(string project)
    {
        var references = ReferencedAssemblies(project).Where(name => name.StartsWith("Parley.", StringComparison.OrdinalIgnoreCase));
        Offenders.None(references.Except(Reachable(project)));
    }

    [Theory, MemberData(nameof(SansIo))]
    public void A_project_without_IO_references_none(string project)
    {
        // IPAddress and the like are values; everything else of System.Net moves bytes.
        var references = ReferencedAssemblies(project).Where(name => name != "System.Net.Primitives" && InputAndOutput.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
        Offenders.None(references);
    }

    [Fact]
    public void Tests_and_benches_are_referenced_by_nobody()
    {
        var references = SourceTree.Below("src/", ".csproj")
            .SelectMany(file => XDocument.Load(SourceTree.PathOf(file)).Descendants("ProjectReference"))
            .Select(reference => reference.Attribute("Include")!.Value);
        Assert.DoesNotContain(references, reference => reference.Contains("tests/", StringComparison.Ordinal) || reference.Contains("bench/", StringComparison.Ordinal));
    }

    private static HashSet<string> Reachable(string project)
    {
        var reachable = new HashSet<string>(StringComparer.Ordinal);
        void Add(string name)
        {
            foreach (var next in Allowed[name])
            {
                if (reachable.Add(next))
                    Add(next);
            }
        }

        Add(project);
        return reachable;
    }

    private static List<string> ReferencedAssemblies(string project)
    {
        using var file = File.OpenRead(SourceTree.Assembly(project == "Parley.Server" ? "parley" : project));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
