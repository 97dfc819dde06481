// The installed Chromium, started once per test class; every participant is a context of its own in it.
using Microsoft.Playwright;

namespace Parley.Browser.Tests.Harness;

/// <summary>What the machine of a participant has.</summary>
public enum Machine
{
    /// <summary>
    /// Cameras and microphones that play test patterns, and a person who agrees to every question. Of three cameras the
    /// second gives depth pictures (Y16) that no encoder takes; the others are like real ones.
    /// </summary>
    FakeDevices,

    /// <summary>The same devices, and a person who answers "block": permissions are what the context grants.</summary>
    AskingPerson,

    /// <summary>No camera and no microphone.</summary>
    NoDevices,
}

/// <summary>A running browser.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Common =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--mute-audio",
    ];
    private readonly IPlaywright _playwright;

    private Chromium(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        Browser = browser;
    }

    /// <summary>The installed program, or null.</summary>
    public static string? Program { get; } =
        ((string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]).FirstOrDefault(File.Exists);

    /// <summary>Playwright's handle.</summary>
    public IBrowser Browser { get; }

    /// <summary>Starts one. <paramref name="more"/> are further command-line switches.</summary>
    public static async Task<Chromium> StartAsync(Machine machine = Machine.FakeDevices, params string[] more)
    {
        string[] devices = machine switch
        {
            Machine.FakeDevices => ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=device-count=3,fps=30"],
            Machine.AskingPerson => ["--use-fake-device-for-media-stream=device-count=3,fps=30"],
            _ => ["--use-fake-ui-for-media-stream"],
        };
        var playwright = await Playwright.CreateAsync();
        try
        {
            var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Program,
                Args = [.. Common, .. devices, .. more],
            });
            return new Chromium(playwright, browser);
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Browser.CloseAsync();
        _playwright.Dispose();
    }
}
