// Chromium with fake devices, once for each test class; every peer is a page in a context of its own.
using Microsoft.Playwright;

namespace Parley.Interop.Tests.Stage;

/// <summary>The browser that the tests of a class share.</summary>
public sealed class BrowserPeers : IAsyncLifetime
{
    private static readonly string[] Switches =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--mute-audio", "--autoplay-policy=no-user-gesture-required", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=fps=30",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Tools.Chromium is null)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Tools.Chromium, Args = Switches });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
    }

    /// <summary>Opens a page that publishes.</summary>
    internal async Task<BrowserPeer> PublishAsync(ForwardingHost host, string name, string codec)
    {
        var peer = await OpenAsync(host);
        await peer.CallAsync<object?>("([url, codec]) => publish(url, codec)", new[] { host.Whip(name), codec });
        return peer;
    }

    /// <summary>Opens a page that plays, and waits for its first picture.</summary>
    internal async Task<(BrowserPeer Peer, TimeSpan FirstPicture)> PlayAsync(ForwardingHost host, string name)
    {
        var peer = await OpenAsync(host);
        return (peer, TimeSpan.FromMilliseconds(await peer.CallAsync<double>("url => play(url)", host.Whep(name))));
    }

    /// <summary>Opens a page that plays; its first picture comes when it comes.</summary>
    internal async Task<(BrowserPeer Peer, Task<double> FirstPicture)> BeginToPlayAsync(ForwardingHost host, string name)
    {
        var peer = await OpenAsync(host);
        return (peer, peer.CallAsync<double>("url => play(url)", host.Whep(name)));
    }

    private async Task<BrowserPeer> OpenAsync(ForwardingHost host)
    {
        Assert.SkipWhen(Tools.Chromium is null, "Chromium is not installed (apt-get install chromium)");
        // Without permission for devices a page in an isolated network has no candidates at all.
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions { Permissions = ["camera", "microphone"] });
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{host.Origin}/peer");
        return new BrowserPeer(host, context, page);
    }
}

/// <summary>A page as a peer.</summary>
internal sealed class BrowserPeer(ForwardingHost host, IBrowserContext context, IPage page) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public async Task<T> CallAsync<T>(string function, object? argument = null)
    {
        try
        {
            return await page.EvaluateAsync<T>(function, argument).WaitAsync(Patience);
        }
        catch (Exception failure) when (failure is TimeoutException or PlaywrightException)
        {
            throw new InvalidOperationException($"{function}: {failure.Message}\n{await host.DescribeAsync()}", failure);
        }
    }

    /// <summary>What the browser says of its media.</summary>
    public Task<BrowserFigures> FiguresAsync() => CallAsync<BrowserFigures>("() => figures()");

    /// <summary>Waits until the figures meet a condition.</summary>
    public async Task<BrowserFigures> WaitAsync(string what, Func<BrowserFigures, bool> condition)
    {
        using var late = new CancellationTokenSource(Patience);
        while (true)
        {
            var figures = await FiguresAsync();
            if (condition(figures))
                return figures;
            if (late.IsCancellationRequested)
                throw new InvalidOperationException($"Not within {Patience.TotalSeconds:0.#} s: {what}. {figures}\n{await host.DescribeAsync()}");
            await Task.Delay(Pause);
        }
    }

    public async ValueTask DisposeAsync() => await context.CloseAsync();
}

/// <summary>Figures of a page: of what comes in, or of what it sends.</summary>
internal sealed record BrowserFigures
{
    public string Codec { get; set; } = "";

    public int FramesDecoded { get; set; }

    public int FramesDropped { get; set; }

    public int KeyFramesDecoded { get; set; }

    public int PacketsLost { get; set; }

    public int FreezeCount { get; set; }

    public int PictureLosses { get; set; }

    public int Width { get; set; }

    public string AudioCodec { get; set; } = "";

    public double AudioEnergy { get; set; }

    public int FramesSent { get; set; }
}
