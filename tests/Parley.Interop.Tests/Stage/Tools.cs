// What this machine has of the peers' programs; what is absent makes a test skipped, with what to install.
using System.Diagnostics;

namespace Parley.Interop.Tests.Stage;

/// <summary>Programs that the peers are made of.</summary>
internal static class Tools
{
    private const string GoSources = "/usr/share/gocode/src/github.com/pion/webrtc";

    // Debian's modules are those of Debian's Python, whatever else is in the path.
    public const string Python = "/usr/bin/python3";

    private static readonly Lazy<Task<string>> BuiltPion = new(BuildPionAsync);
    private static readonly Lazy<string?> Aiortc = new(() => MissingModules("import aiortc, numpy", "python3-aiortc python3-numpy"));
    private static readonly Lazy<string?> GStreamer = new(() => MissingModules(
        "import gi, numpy; gi.require_version('GstWebRTC', '1.0'); from gi.repository import Gst, GstWebRTC; Gst.init(None); "
        + "assert all(map(Gst.ElementFactory.find, ('webrtcbin', 'nicesrc', 'srtpenc', 'vp8enc', 'x264enc', 'openh264dec', 'opusenc')))",
        "python3-gst-1.0 python3-numpy gir1.2-gst-plugins-bad-1.0 gstreamer1.0-nice gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly"));

    /// <summary>The installed browser, or null.</summary>
    public static string? Chromium { get; } =
        ((string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]).FirstOrDefault(File.Exists);

    private static string Root { get; } = FindRoot();

    /// <summary>Skips the test where Go or Pion is not installed; else builds the peer once.</summary>
    public static Task<string> PionAsync()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/go") && Directory.Exists(GoSources), "Pion is not installed (apt-get install golang-go golang-github-pion-webrtc.v3-dev)");
        return BuiltPion.Value;
    }

    /// <summary>Skips the test where aiortc is not installed.</summary>
    public static string AiortcPeer()
    {
        Assert.SkipWhen(Aiortc.Value is not null, Aiortc.Value ?? "");
        return PeerFile("python/aiortc_peer.py");
    }

    /// <summary>Skips the test where GStreamer is not installed.</summary>
    public static string GStreamerPeer()
    {
        Assert.SkipWhen(GStreamer.Value is not null, GStreamer.Value ?? "");
        return PeerFile("python/gstreamer_peer.py");
    }

    private static string PeerFile(string path) => Path.Combine(Root, "tests", "Parley.Interop.Tests", "Peers", path);

    private static string? MissingModules(string program, string packages)
    {
        if (!File.Exists(Python))
            return $"Debian's Python is not installed (apt-get install {packages})";
        var (status, _) = Run(Python, "-c", program);
        return status == 0 ? null : $"not everything is installed (apt-get install {packages})";
    }

    private static async Task<string> BuildPionAsync()
    {
        var program = Path.Combine(Root, "artifacts", "interop", "pion");
        var (status, output) = await Task.Run(() => Run(Path.Combine(Root, "bench", "build-go"), PeerFile("pion"), program));
        return status == 0 ? program : throw new InvalidOperationException($"The Pion peer does not build:\n{output}");
    }

    private static (int Status, string Output) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GOCACHE"] = Path.Combine(Root, "artifacts", "bench", "go-cache");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

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
