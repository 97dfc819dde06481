using System.Net;
using System.Net.Sockets;
using Parley.Interop.Tests.Stage;
using Parley.Media.Udp;

namespace Parley.Interop.Tests;

public sealed class GStreamerTests
{
    [Theory, InlineData("vp8"), InlineData("h264")]
    public async Task Pictures_and_sound_go_both_ways(string video)
    {
        var script = Tools.GStreamerPeer();
        await using var host = await ForwardingHost.StartAsync();
        await using var publisher = await PeerProcess.ConnectAsync(host, Tools.Python, script, "--publish", "--url", host.Whip("stream"), "--video", video);
        await using var subscriber = await PeerProcess.ConnectAsync(host, Tools.Python, script, "--url", host.Whep("stream"), "--video", video);
        await Decoded.SeesAsync(subscriber);
        await Decoded.HearsAsync(subscriber);
        Assert.Equal(0, host.Drops.Total);
    }

    [Fact]
    public async Task Pictures_and_sound_go_both_ways_by_IPv6()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6");
        var script = Tools.GStreamerPeer();
        await using var host = await ForwardingHost.StartAsync(new MediaServerOptions { BindAddresses = [IPAddress.IPv6Loopback] });
        await using var publisher = await PeerProcess.ConnectAsync(host, Tools.Python, script, "--publish", "--url", host.Whip("stream"), "--address", "::1");
        await using var subscriber = await PeerProcess.ConnectAsync(host, Tools.Python, script, "--url", host.Whep("stream"), "--address", "::1");
        await Decoded.SeesAsync(subscriber);
        await Decoded.HearsAsync(subscriber);
        Assert.Equal(0, host.Drops.Total);
    }

    [Theory, InlineData("vp8"), InlineData("h264")]
    public async Task What_it_publishes_is_seen_by_another_kind(string video)
    {
        var (gstreamer, aiortc) = (Tools.GStreamerPeer(), Tools.AiortcPeer());
        await using var host = await ForwardingHost.StartAsync();
        await using var publisher = await PeerProcess.ConnectAsync(host, Tools.Python, gstreamer, "--publish", "--url", host.Whip("stream"), "--video", video);
        await using var subscriber = await PeerProcess.ConnectAsync(host, Tools.Python, aiortc, "--url", host.Whep("stream"), "--video", video);
        await Decoded.SeesAsync(subscriber);
        await Decoded.HearsAsync(subscriber);
    }

    [Theory, InlineData("vp8"), InlineData("h264")]
    public async Task What_another_kind_publishes_is_seen_by_it(string video)
    {
        var (gstreamer, aiortc) = (Tools.GStreamerPeer(), Tools.AiortcPeer());
        await using var host = await ForwardingHost.StartAsync();
        await using var publisher = await PeerProcess.ConnectAsync(host, Tools.Python, aiortc, "--publish", "--url", host.Whip("stream"), "--video", video);
        await using var subscriber = await PeerProcess.ConnectAsync(host, Tools.Python, gstreamer, "--url", host.Whep("stream"), "--video", video);
        await Decoded.SeesAsync(subscriber);
        await Decoded.HearsAsync(subscriber);
    }
}
