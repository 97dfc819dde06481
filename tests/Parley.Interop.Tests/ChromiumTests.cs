using Parley.Interop.Tests.Stage;
using Parley.Media.Engine;

namespace Parley.Interop.Tests;

public sealed class ChromiumTests(BrowserPeers browser)
{
    private static readonly TimeSpan SoonEnough = TimeSpan.FromSeconds(2);

    [Theory, InlineData("vp8"), InlineData("vp9"), InlineData("h264"), InlineData("av1")]
    public async Task Pictures_and_sound_go_both_ways_and_who_joins_later_sees_them_soon(string codec)
    {
        await using var host = await ForwardingHost.StartAsync();
        await using var publisher = await browser.PublishAsync(host, "stream", codec);
        var (first, _) = await browser.PlayAsync(host, "stream");
        await using (first)
        {
            var figures = await first.WaitAsync("a second of pictures and sound", static figures => figures is { FramesDecoded: > 30, AudioEnergy: > 0 });
            Assert.Equal(($"video/{codec}", "audio/opus"), (figures.Codec.ToLowerInvariant(), figures.AudioCodec));
            Assert.Equal((640, 0), (figures.Width, figures.PacketsLost));

            var (second, firstPicture) = await browser.PlayAsync(host, "stream");
            await using (second)
            {
                Assert.InRange(firstPicture, TimeSpan.Zero, SoonEnough);
                await second.WaitAsync("its pictures go on", static figures => figures is { FramesDecoded: > 15, AudioEnergy: > 0 });
                var before = figures.FramesDecoded;
                await first.WaitAsync("those of the first as well", figures => figures.FramesDecoded > before + 15);
            }
        }

        // It probes with packets that were sent before; nothing else is superfluous.
        Assert.True(host.Drops.Total == host.Drops[DropReason.Redundant] + host.Drops[DropReason.UnknownAddress], await host.DescribeAsync());
    }

    [Fact]
    public async Task Pion_receives_what_it_publishes_and_publishes_it_again()
    {
        const int frames = 60;
        var pion = await Tools.PionAsync();
        await using var host = await ForwardingHost.StartAsync();
        IReadOnlyList<PeerEvent> told;
        await using (await browser.PublishAsync(host, "stream", "vp8"))
        await using (var receiver = await PeerProcess.ConnectAsync(host, pion, "-url", host.Whep("stream"), "-codecs", "vp8,opus"))
            told = await receiver.WaitAsync($"{frames} pictures are here", static events => events.Count(static told => told.Is("rtp") && told.Text("codec") == "vp8" && told.Flag("marker")) >= frames);
        var video = told.Where(static told => told.Is("rtp") && told.Text("codec") == "vp8").Select(RecordedPacket.Of).ToList();
        Assert.Equal(Enumerable.Range(0, video.Count), video.Select(packet => (int)(ushort)(packet.Sequence - video[0].Sequence)));

        using var recording = Recording.Of(told);
        await using var publisher = await PeerProcess.ConnectAsync(
            host, pion, "-publish", "-url", host.Whip("again"), "-codecs", "vp8,opus", "-recording", recording.Path);
        var (viewer, firstPicture) = await browser.BeginToPlayAsync(host, "again");
        await using (viewer)
        {
            await host.ReceivedAsync("again");
            await publisher.TellAsync("start");
            await firstPicture;
            await viewer.WaitAsync("every picture is decoded", static figures => figures is { FramesDecoded: >= frames - 2, AudioEnergy: > 0 });
        }
    }
}
