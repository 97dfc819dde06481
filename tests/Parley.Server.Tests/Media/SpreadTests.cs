// A meeting that has outgrown its worker: subscribers of two workers see the same, over real sockets.
using Parley.Server.Media;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Media;

public sealed class SpreadTests
{
    private static readonly OfferedSection[] Sends = [new("audio", "sendonly", 11), new("video", "sendonly", 12)];
    private static readonly OfferedSection[] Receives = [new("audio", "recvonly"), new("video", "recvonly")];
    private static readonly (string, string)[] TwoWorkers = [("Parley:Media:Workers", "2"), ("Parley:Media:SpreadAbove", "1")];

    [Fact]
    public async Task Subscribers_of_every_worker_get_sound_and_pictures()
    {
        await using var stage = await MediaStage.StartAsync(TwoWorkers);
        var publisher = await stage.NewPeer().ConnectAsync(stage.Whip, Sends);
        var viewers = new List<LivePeer>();
        for (var i = 0; i < 4; i++)
            viewers.Add(await stage.NewPeer().ConnectAsync(i % 2 == 0 ? $"{stage.Whep}?from={publisher.Id}" : stage.Whep, Receives));
        Assert.Equal([1, 0, 1, 0], viewers.Select(viewer => stage.Gateway.Find(viewer.Id)!.Worker));

        for (byte mark = 1; mark <= 3; mark++)
        {
            await SeenAsync(viewers, 0, mark, sent => publisher.SendAudioAsync(11, sent));
            await SeenAsync(viewers, 1, mark, sent => publisher.SendVideoAsync(12, sent));
        }

        using var client = stage.Server.CreateClient();
        var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Matches("parley_media_relay_records_total\\{worker=\"0\"\\} [1-9]", metrics);
        Assert.Contains("parley_media_relay_drops_total{worker=\"0\"} 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("parley_media_relay_packets_repeated_total{worker=\"0\"} 0\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publishers_that_come_and_go_are_seen_at_every_worker()
    {
        await using var stage = await MediaStage.StartAsync(TwoWorkers);
        var ada = await stage.NewPeer().ConnectAsync(stage.Whip, new OfferedSection("video", "sendonly", 1));
        var far = await stage.NewPeer().ConnectAsync(stage.Whep, new OfferedSection("video", "recvonly"), new OfferedSection("video", "recvonly"));
        Assert.Equal(1, stage.Gateway.Find(far.Id)!.Worker);
        await SeenAsync([far], 0, 1, mark => ada.SendVideoAsync(1, mark));

        var grace = await stage.NewPeer().ConnectAsync(stage.Whip, new OfferedSection("video", "sendonly", 2));
        Assert.Equal(0, stage.Gateway.Find(grace.Id)!.Worker);
        await SeenAsync([far], 1, 2, mark => grace.SendVideoAsync(2, mark));

        Assert.Equal(200, (await stage.DeleteAsync(ada.Opened.Location)).Status);
        var alan = await stage.NewPeer().ConnectAsync(stage.Whip, new OfferedSection("video", "sendonly", 3));
        await SeenAsync([far], 0, 3, mark => alan.SendVideoAsync(3, mark));
        await SeenAsync([far], 1, 4, mark => grace.SendVideoAsync(2, mark));
    }

    [Fact]
    public async Task A_worker_is_left_with_the_last_subscriber_and_taken_again()
    {
        await using var stage = await MediaStage.StartAsync(TwoWorkers);
        var publisher = await stage.NewPeer().ConnectAsync(stage.Whip, Sends);
        var room = stage.Gateway.Find(publisher.Id)!.Room;
        for (var round = 0; round < 2; round++)
        {
            var far = await stage.NewPeer().ConnectAsync(stage.Whep, Receives);
            Assert.Equal(1, Assert.Single(room.FarStages).Worker);
            await SeenAsync([far], 1, 5, mark => publisher.SendVideoAsync(12, mark));
            Assert.Equal(200, (await stage.DeleteAsync(far.Opened.Location)).Status);
            Assert.Empty(room.FarStages);
        }

        await stage.Gateway.Server!.ClosePeerAsync(stage.Gateway.Find(publisher.Id)!.Peer!.Value);
        await Eventually.TrueAsync(() => stage.Gateway.Count(MediaSessionKind.Publisher) == 0);
    }

    /// <summary>Sends until everybody has got it in a section: who begins to read begins with what comes next.</summary>
    private static async Task SeenAsync(List<LivePeer> viewers, int section, byte mark, Func<byte, Task> send)
    {
        foreach (var viewer in viewers)
        {
            var receiving = ReceiveAsync(viewer, viewer.Ssrcs[section], mark);
            await Eventually.TrueAsync(async () =>
            {
                await send(mark);
                return receiving.IsCompleted;
            });
            await receiving;
        }
    }

    private static async Task ReceiveAsync(LivePeer viewer, uint? ssrc, byte mark)
    {
        for (var packet = await viewer.ReceiveAsync(); packet.Ssrc != ssrc || packet.Payload[^1] != mark;)
            packet = await viewer.ReceiveAsync();
    }
}
