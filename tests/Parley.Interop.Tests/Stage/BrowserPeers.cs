// Chromium with fake devices, started by the first test that needs it; every peer is a page in a context of its own.
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Playwright;

namespace Parley.Interop.Tests.Stage;

/// <summary>The browser that all tests share.</summary>
public sealed class BrowserPeers : IAsyncLifetime
{
    private static readonly string[] Switches =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--mute-audio", "--autoplay-policy=no-user-gesture-required", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=fps=30",
    ];

    private readonly SemaphoreSlim _launching = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
        _launching.Dispose();
    }

    /// <summary>Opens a page that publishes.</summary>
    internal Task<BrowserPeer> PublishAsync(ForwardingHost host, string name, string codec) => PublishAsync(host, name, new PublishedVideo(codec));

    /// <summary>Opens a page that publishes.</summary>
    internal async Task<BrowserPeer> PublishAsync(ForwardingHost host, string name, PublishedVideo video)
    {
        var peer = await OpenAsync(host);
        await peer.CallAsync<object?>(
            "([url, options]) => publish(url, JSON.parse(options))", new[] { host.Whip(name), JsonSerializer.Serialize(video, JsonSerializerOptions.Web) });
        return peer;
    }

    /// <summary>Opens a page that plays, and waits for its first picture.</summary>
    internal async Task<(BrowserPeer Peer, TimeSpan FirstPicture)> PlayAsync(ForwardingHost host, string name, bool? redundancy = null)
    {
        var (peer, firstPicture) = await BeginToPlayAsync(host, name, redundancy);
        return (peer, TimeSpan.FromMilliseconds(await firstPicture));
    }

    /// <summary>Opens a page that plays; its first picture comes when it comes.</summary>
    internal async Task<(BrowserPeer Peer, Task<double> FirstPicture)> BeginToPlayAsync(ForwardingHost host, string name, bool? redundancy = null)
    {
        var peer = await OpenAsync(host);
        return (peer, peer.CallAsync<double>(
            "([url, redundancy]) => play(url, { redundancy: redundancy ?? undefined })", new object?[] { host.Whep(name), redundancy }));
    }

    private async Task<BrowserPeer> OpenAsync(ForwardingHost host)
    {
        Assert.SkipWhen(Tools.Chromium is null, "Chromium is not installed (apt-get install chromium)");
        // Without permission for devices a page in an isolated network has no candidates at all.
        var browser = await LaunchAsync();
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { Permissions = ["camera", "microphone"] });
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{host.Origin}/peer");
        return new BrowserPeer(host, context, page);
    }

    private async Task<IBrowser> LaunchAsync()
    {
        await _launching.WaitAsync();
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Tools.Chromium, Args = Switches });
        }
        finally
        {
            _launching.Release();
        }
    }
}

/// <summary>What a page is to publish of its fake camera, beside its microphone.</summary>
/// <param name="Codec">vp8, vp9, h264 or av1.</param>
/// <param name="Width">Of the picture.</param>
/// <param name="Height">Of the picture.</param>
/// <param name="FrameRate">Pictures in a second.</param>
internal sealed record PublishedVideo(string Codec, int Width = 640, int Height = 360, int FrameRate = 30)
{
    /// <summary>The encodings of RTCRtpTransceiverInit: simulcast, or a scalability mode.</summary>
    public IReadOnlyList<PublishedEncoding> Encodings { get; init; } = [];

    /// <summary>Whether audio is to be with RED (RFC 2198); null for what the browser prefers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Redundancy { get; init; }
}

/// <summary>An RTCRtpEncodingParameters.</summary>
internal sealed record PublishedEncoding
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Rid { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ScalabilityMode { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ScaleResolutionDownBy { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxBitrate { get; init; }
}

/// <summary>A page as a peer.</summary>
internal sealed class BrowserPeer(ForwardingHost host, IBrowserContext context, IPage page) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
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

    public int Height { get; set; }

    public string AudioCodec { get; set; } = "";

    public double AudioEnergy { get; set; }

    public int AudioPackets { get; set; }

    public int AudioBytes { get; set; }

    public int FramesSent { get; set; }

    /// <summary>What the encoder gives: rid, size and mode of each layer.</summary>
    public string[] Layers { get; set; } = [];

    /// <summary>Of the selected candidate: <c>udp</c> or <c>tcp</c>.</summary>
    public string Protocol { get; set; } = "";

    /// <summary>The user name fragment of its ICE session.</summary>
    public string Ufrag { get; set; } = "";

    /// <summary>Connectivity checks of the selected pair that were answered.</summary>
    public int ChecksAnswered { get; set; }

    public string SrtpCipher { get; set; } = "";

    /// <summary>What the browser believes to get through, in bits per second.</summary>
    public double AvailableBps { get; set; }

    public override string ToString() => JsonSerializer.Serialize(this);
}
