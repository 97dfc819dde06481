// How long a test waits before it says that something did not happen.
namespace Parley.Browser.Tests.Harness;

/// <summary>Limits of waiting. They only matter to tests that fail.</summary>
public static class Limits
{
    /// <summary>For a screen to show what was asked of it.</summary>
    public static readonly TimeSpan Screen = TimeSpan.FromSeconds(20);

    /// <summary>For media to flow after it could.</summary>
    public static readonly TimeSpan Media = TimeSpan.FromSeconds(40);

    /// <summary>For everybody to be back after the server or the network was away.</summary>
    public static readonly TimeSpan Return = TimeSpan.FromSeconds(40);
}
