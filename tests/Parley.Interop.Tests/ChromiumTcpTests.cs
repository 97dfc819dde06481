using Parley.Browser.Tests.Harness;
using Parley.Interop.Tests.Stage;

namespace Parley.Interop.Tests;

public sealed class ChromiumTcpTests(BrowserPeers browser)
{
    [Fact]
    public async Task Where_no_UDP_gets_through_pictures_and_sound_go_both_ways_by_TCP()
    {
        Assert.SkipWhen(BlockedPorts.Missing is not null, BlockedPorts.Missing ?? "");
        await using var host = await ForwardingHost.StartAsync();
        var (blocked, reason) = await BlockedPorts.BlockAsync([host.Server.Port]);
        Assert.SkipWhen(blocked is null, reason);
        await using (blocked)
        await using (var publisher = await browser.PublishAsync(host, "stream", "vp8"))
        {
            var (player, _) = await browser.PlayAsync(host, "stream");
            await using (player)
            {
                var played = await player.WaitAsync("two seconds of pictures and sound", static figures => figures is { FramesDecoded: > 60, AudioEnergy: > 0 });
                Assert.Equal((640, 360, 0, "tcp"), (played.Width, played.Height, played.PacketsLost, played.Protocol));
                Assert.Equal("tcp", (await publisher.FiguresAsync()).Protocol);
            }
        }
    }
}
