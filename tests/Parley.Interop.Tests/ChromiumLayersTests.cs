using Parley.Interop.Tests.Stage;
using Parley.Media.Forwarding;

namespace Parley.Interop.Tests;

public sealed class ChromiumLayersTests(BrowserPeers browser)
{
    // Chromium makes three layers of no smaller picture.
    private const int Width = 960;
    private const int Height = 544;
    private const int FrameRate = 15;

    [Theory, InlineData("vp8"), InlineData("h264")]
    public async Task A_subscriber_sees_whichever_of_three_simulcast_layers_is_chosen(string codec)
    {
        await using var host = await ForwardingHost.StartAsync();
        await using var publisher = await browser.PublishAsync(host, "stream", new PublishedVideo(codec, Width, Height, FrameRate)
        {
            Encodings =
            [
                new() { Rid = "q", ScaleResolutionDownBy = 4, MaxBitrate = 60_000 },
                new() { Rid = "h", ScaleResolutionDownBy = 2, MaxBitrate = 150_000 },
                new() { Rid = "f", ScaleResolutionDownBy = 1, MaxBitrate = 500_000 },
            ],
        });
        var (player, _) = await browser.PlayAsync(host, "stream");
        await using (player)
        {
            await publisher.WaitAsync("all layers are sent", static figures => figures.Layers.Length == 3);
            foreach (var layer in new[] { 2, 0, 1, 2 })
            {
                await host.SetLayersAsync("stream", layer);
                await SeesAsync(player, layer);
            }

            Assert.Equal(0, (await player.FiguresAsync()).PacketsLost);
        }
    }

    [Theory, InlineData("vp9", "L3T3_KEY"), InlineData("vp9", "L3T3"), InlineData("av1", "L3T3"), InlineData("av1", "L1T3")]
    public async Task A_subscriber_sees_whichever_layers_of_a_scalable_stream_are_chosen(string codec, string mode)
    {
        var spatial = mode.StartsWith("L3", StringComparison.Ordinal) ? 3 : 1;
        await using var host = await ForwardingHost.StartAsync();
        await using var publisher = await browser.PublishAsync(host, "stream", new PublishedVideo(codec, Width, Height, FrameRate)
        {
            Encodings = [new() { ScalabilityMode = mode, MaxBitrate = 1_200_000 }],
        });
        var (player, _) = await browser.PlayAsync(host, "stream");
        await using (player)
        {
            await publisher.WaitAsync($"it is sent as {mode}", figures => figures.Layers is [var layer] && layer.EndsWith(mode, StringComparison.Ordinal));
            foreach (var (layer, temporal) in new[] { (2, 2), (0, 2), (1, 1), (2, 0), (2, 2) })
            {
                await host.SetLayersAsync("stream", Math.Min(layer, spatial - 1), temporal);
                await SeesAsync(player, spatial == 1 ? 2 : layer);
            }

            Assert.Equal(0, (await player.FiguresAsync()).PacketsLost);
        }
    }

    /// <summary>Waits for pictures of a layer's size that are decoded one after the other.</summary>
    private static async Task SeesAsync(BrowserPeer player, int layer)
    {
        const int pictures = 5;
        var (width, height) = (Width >> 2 - layer, Height >> 2 - layer);
        var first = await player.WaitAsync($"it sees {width}x{height}", figures => figures.Width == width && figures.Height == height);
        await player.WaitAsync($"its pictures of {width}x{height} go on", figures =>
            figures.FramesDecoded >= first.FramesDecoded + pictures && figures.Width == width && figures.Height == height);
    }
}
