// Where the built product is, seen from a test program in artifacts/bin.
namespace Parley.Browser.Tests.Harness;

/// <summary>Paths of this checkout.</summary>
public static class Repository
{
    /// <summary>The root of the checkout.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The server's program, built with the configuration of these tests.</summary>
    public static string ParleyProgram => Path.Combine(Root, "artifacts", "bin", "Parley.Server", Configuration, "parley");

    /// <summary>The built web app.</summary>
    public static string WebApp => Path.Combine(Root, "web", "dist");

    /// <summary>Where failing tests leave their evidence.</summary>
    public static string Results => Path.Combine(Root, "artifacts", "test-results", "browser");

    private static string Configuration => Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Parley.slnx")))
                return directory.FullName;
        }
        throw new InvalidOperationException("These tests run inside a checkout of Parley.");
    }
}
