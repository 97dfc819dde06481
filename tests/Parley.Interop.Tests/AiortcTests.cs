using Parley.Interop.Tests.Stage;

namespace Parley.Interop.Tests;

public sealed class AiortcTests
{
    [Theory, InlineData("vp8"), InlineData("h264")]
    public async Task Pictures_and_sound_go_both_ways(string video)
    {
        var script = Tools.AiortcPeer();
        await using var host = await ForwardingHost.StartAsync();
        await using var publisher = await PeerProcess.ConnectAsync(host, Tools.Python, script, "--publish", "--url", host.Whip("stream"), "--video", video);
        await using var subscriber = await PeerProcess.ConnectAsync(host, Tools.Python, script, "--url", host.Whep("stream"), "--video", video);
        await Decoded.SeesAsync(subscriber);
        await Decoded.HearsAsync(subscriber);
        Assert.Equal(0, host.Drops.Total);
    }
}
