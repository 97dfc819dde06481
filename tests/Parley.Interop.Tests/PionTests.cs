using Parley.Interop.Tests.Stage;
using Parley.Media.Engine;

namespace Parley.Interop.Tests;

public sealed class PionTests
{
    // The losses end well before the recording does: what is lost last can only be missed when something comes after it.
    private const int Frames = 120;
    private const int LoseEvery = 17;
    private const int LoseMost = 20;

    [Theory, InlineData("vp8", "gcm"), InlineData("vp8", "sha1"), InlineData("vp9", "gcm"), InlineData("h264", "gcm")]
    public async Task Every_byte_arrives_in_order(string video, string srtp)
    {
        await using var host = await ForwardingHost.StartAsync();
        using var recording = Recording.Make(video, Frames);
        await using var publisher = await PublishAsync(host, recording, $"{video},opus", srtp);
        await using var subscriber = await ReceiveAsync(host, $"{video},opus", srtp);
        var profile = srtp == "gcm" ? "AEAD_AES_128_GCM" : "AES_CM_128_HMAC_SHA1_80";
        Assert.All([publisher, subscriber], peer => Assert.Equal(profile, peer.Events.First(static told => told.Is("connected")).Text("profile")));

        await publisher.TellAsync("start");
        var told = await subscriber.WaitAsync("everything is here", events => events.Count(static told => told.Is("rtp")) == recording.Packets.Count);
        foreach (var codec in new[] { video, "opus" })
            recording.AssertCame(told, codec, inOrder: true);
        Assert.Equal(0, host.Drops.Total);
    }

    [Fact]
    public async Task What_is_lost_on_the_way_to_the_subscriber_comes_again()
    {
        await using var host = await ForwardingHost.StartAsync();
        using var recording = Recording.Make("vp8", Frames);
        await using var publisher = await PublishAsync(host, recording, "vp8,opus");
        await using var subscriber = await ReceiveAsync(host, "vp8,opus", "gcm", "-drop", $"{LoseEvery}", "-drop-most", $"{LoseMost}");
        await publisher.TellAsync("start");
        var told = await subscriber.WaitAsync("everything is here", events => events.Count(static told => told.Is("rtp")) == recording.Packets.Count);
        recording.AssertCame(told, "vp8", inOrder: false);
        Assert.Equal(LoseMost, told.Count(static told => told.Is("lost")));
        Assert.Equal(LoseMost, (await host.SubscriptionsAsync("stream")).Sum(static subscription => subscription.Repeated));
        Assert.Equal(0, host.Drops.Total);
    }

    [Fact]
    public async Task What_is_lost_on_the_way_from_the_publisher_comes_again()
    {
        await using var host = await ForwardingHost.StartAsync();
        using var recording = Recording.Make("vp8", Frames);
        await using var publisher = await PublishAsync(host, recording, "vp8,opus", "gcm", "-drop", $"{LoseEvery}", "-drop-most", $"{LoseMost}");
        await using var subscriber = await ReceiveAsync(host, "vp8,opus");
        await publisher.TellAsync("start");
        var told = await subscriber.WaitAsync("everything is here", events => events.Count(static told => told.Is("rtp")) == recording.Packets.Count);
        recording.AssertCame(told, "vp8", inOrder: false);
        Assert.Equal(LoseMost, publisher.Events.Count(static told => told.Is("lost")));
        Assert.InRange(publisher.Events.Where(static told => told.IsControl("nack")).Sum(static told => told.Number("count")), LoseMost, 2 * LoseMost);
        Assert.Equal(0, host.Drops.Total);
    }

    [Fact]
    public async Task Reports_keep_sound_and_picture_on_the_publishers_clock()
    {
        await using var host = await ForwardingHost.StartAsync();
        using var recording = Recording.Make("vp8", Frames);
        await using var publisher = await PublishAsync(host, recording, "vp8,opus");
        await using var subscriber = await ReceiveAsync(host, "vp8,opus");
        await publisher.TellAsync("start");
        var sent = await publisher.WaitAsync("it has reported of both", events => events.Where(static told => told.IsControl("sr", "out")).DistinctBy(static told => told.Number("ssrc")).Count() == 2);
        // A compound that is about both is told once for each, so that SSRCs decide.
        var told = await subscriber.WaitAsync(
            "reports of both are here", events => events.Where(static told => told.IsControl("sr")).DistinctBy(static told => told.Number("ssrc")).Count() == 2);
        foreach (var (codec, clockRate) in new[] { ("vp8", 90_000), ("opus", 48_000) })
        {
            // The publisher's own relation of timestamps to its clock, by the report whose timestamp is nearest to that of its first packet.
            var origin = recording.Packets.First(packet => packet.Codec == codec).Timestamp;
            var own = sent.Where(static told => told.IsControl("sr", "out")).MinBy(told => Math.Abs((int)((uint)told.Number("timestamp") - origin)))!;
            var first = told.First(told => told.Is("rtp") && told.Text("codec") == codec);
            var forwarded = told.First(told => told.IsControl("sr") && told.Number("ssrc").Equals(first.Number("ssrc")));
            var shift = RecordedPacket.Of(first).Timestamp - origin;
            var elapsed = (int)((uint)forwarded.Number("timestamp") - shift - (uint)own.Number("timestamp")) / (double)clockRate;
            var wall = (long)(forwarded.Json.GetProperty("ntp").GetUInt64() - own.Json.GetProperty("ntp").GetUInt64()) / (double)(1L << 32);
            Assert.Equal(wall, elapsed, 0.005);
        }

        await publisher.WaitAsync("it is told that nothing is lost, and when its packets came", static events =>
            events.Any(static told => told.IsControl("rr") && told.Number("lost") == 0) && events.Any(static told => told.IsControl("twcc")));
    }

    [Fact]
    public async Task A_subscriber_that_needs_a_keyframe_reaches_the_publisher()
    {
        await using var host = await ForwardingHost.StartAsync();
        using var recording = Recording.Make("vp8", Frames);
        await using var publisher = await PublishAsync(host, recording, "vp8,opus");
        await using var subscriber = await ReceiveAsync(host, "vp8,opus");
        await publisher.TellAsync("start");
        await subscriber.WaitAsync("everything is here", events => events.Count(static told => told.Is("rtp")) == recording.Packets.Count);
        var before = publisher.Events.Count(static told => told.IsControl("pli"));
        await subscriber.TellAsync("pli");
        await publisher.WaitAsync("it is asked for a keyframe", events => events.Count(static told => told.IsControl("pli")) > before);
    }

    [Fact]
    public async Task Who_leaves_is_gone()
    {
        await using var host = await ForwardingHost.StartAsync();
        using var recording = Recording.Make("vp8", 1);
        await using (await PublishAsync(host, recording, "vp8,opus"))
        await using (await ReceiveAsync(host, "vp8,opus"))
            Assert.Equal(2, await host.ReadAsync(static engine => engine.PeerCount));
        Assert.Equal(0, await host.ReadAsync(static engine => engine.PeerCount));
        Assert.Equal(0, host.Drops[DropReason.NotAuthentic]);
    }

    private static async Task<PeerProcess> PublishAsync(ForwardingHost host, Recording recording, string codecs, string srtp = "gcm", params string[] more) =>
        await PeerProcess.ConnectAsync(
            host, await Tools.PionAsync(), ["-publish", "-url", host.Whip("stream"), "-codecs", codecs, "-srtp", srtp, "-recording", recording.Path, .. more]);

    private static async Task<PeerProcess> ReceiveAsync(ForwardingHost host, string codecs, string srtp = "gcm", params string[] more) =>
        await PeerProcess.ConnectAsync(host, await Tools.PionAsync(), ["-url", host.Whep("stream"), "-codecs", codecs, "-srtp", srtp, .. more]);
}
