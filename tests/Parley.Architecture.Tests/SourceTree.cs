// The project's own files, as git knows them, and its built assemblies.
using System.Diagnostics;

namespace Parley.Architecture.Tests;

/// <summary>Where things are.</summary>
internal static class SourceTree
{
    private static readonly Lazy<IReadOnlyList<string>> AllFiles = new(List);

    /// <summary>The directory of Parley.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every file that is tracked, or would be by the next <c>git add</c>, relative to the root.</summary>
    public static IReadOnlyList<string> Files => AllFiles.Value;

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    public static IEnumerable<string> Below(string directory, params string[] extensions) =>
        Files.Where(file => file.StartsWith(directory, StringComparison.Ordinal)
            && extensions.Any(extension => file.EndsWith(extension, StringComparison.Ordinal)));

    /// <summary>A built assembly of a source project, from beside these tests.</summary>
    public static string Assembly(string name) => Path.Combine(AppContext.BaseDirectory, $"{name}.dll");

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Parley.slnx")))
                return directory.FullName;
        }

        throw new InvalidOperationException("Parley.slnx is not above the tests.");
    }

    private static List<string> List()
    {
        var start = new ProcessStartInfo("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var git = Process.Start(start)!;
        var files = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal);
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return [.. files.Where(file => File.Exists(PathOf(file)))];
    }
}
