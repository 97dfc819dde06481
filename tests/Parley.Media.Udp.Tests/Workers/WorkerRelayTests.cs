// A room that takes two workers: peers of the second read what a peer of the first publishes, over real sockets.
using System.Net;
using Parley.Media.Engine;
using Parley.Media.Forwarding;

namespace Parley.Media.Udp.Tests.Workers;

public sealed class WorkerRelayTests
{
    private static readonly MediaServerOptions TwoWorkers = new() { Port = 0, BindAddresses = [IPAddress.Loopback], Workers = 2 };

    [Theory, InlineData(0, 1), InlineData(1, 0)]
    public async Task Subscribers_of_both_workers_get_everything(int from, int to)
    {
        var events = new RecordedEvents();
        using var server = new MediaServer(TwoWorkers, events);
        await using var publisher = new LoopbackPeer(server);
        await using var near = new LoopbackPeer(server);
        await using var far = new LoopbackPeer(server);
        MediaTrack? track = null;
        var handle = await publisher.ConnectAsync(server, peer => track = peer.AddTrack(TestMedia.Receive()), from);
        await near.ConnectAsync(server, peer => peer.Subscribe(TestMedia.Send(7), track), from);
        await SubscribeAsync(server, far, handle, to, 8);
        await WaitForDemandAsync(server, from, track!);
        // No more at a time than a socket holds.
        const int burst = 40;
        for (var begin = 1; begin <= 200; begin += burst)
        {
            for (var i = begin; i < begin + burst; i++)
            {
                var payload = new byte[i % 4 == 0 ? 300 + i : 1100];
                payload[0] = (byte)i;
                await publisher.SendRtpAsync(1, 96, (ushort)i, payload);
            }

            foreach (var (peer, ssrc) in new[] { (near, 7u), (far, 8u) })
            {
                for (var i = begin; i < begin + burst; i++)
                {
                    var packet = await peer.ReceiveRtpAsync();
                    Assert.Equal((ssrc, (byte)i, i % 4 == 0 ? 300 + i : 1100), (packet.Ssrc, packet.Payload[0], packet.Payload.Length));
                }
            }
        }

        var statistics = server.ReadStatistics();
        Assert.All(statistics, worker => Assert.Equal((0, 0), (worker.SendFailures, worker.Relay.Dropped)));
        Assert.InRange(statistics[from].Relay.Sent, 201, 300);
        Assert.InRange(statistics[to].Relay.Received, 201, statistics[from].Relay.Sent);
    }

    [Fact]
    public async Task A_track_is_relayed_once_for_any_number_of_peers()
    {
        using var server = new MediaServer(TwoWorkers);
        await using var publisher = new LoopbackPeer(server);
        await using var first = new LoopbackPeer(server);
        await using var second = new LoopbackPeer(server);
        MediaTrack? track = null;
        var handle = await publisher.ConnectAsync(server, peer => track = peer.AddTrack(TestMedia.Receive()));
        var relayed = await SubscribeAsync(server, first, handle, 1, 7);
        Assert.Same(relayed, await SubscribeAsync(server, second, handle, 1, 8));
        Assert.Same(track, await server.RelayAsync(handle, "0", 0));
        await WaitForDemandAsync(server, 0, track!);
        for (ushort sequence = 1; sequence <= 20; sequence++)
            await publisher.SendRtpAsync(1, 96, sequence, new byte[] { (byte)sequence });
        for (var i = 1; i <= 20; i++)
        {
            Assert.Equal((byte)i, (await first.ReceiveRtpAsync()).Payload[0]);
            Assert.Equal((byte)i, (await second.ReceiveRtpAsync()).Payload[0]);
        }

        Assert.InRange(server.ReadStatistics()[0].Relay.Sent, 21, 39);
    }

    [Fact]
    public async Task It_ends_with_its_publisher_and_peers_of_the_other_worker_stay()
    {
        using var server = new MediaServer(TwoWorkers);
        await using var publisher = new LoopbackPeer(server);
        await using var other = new LoopbackPeer(server);
        await using var far = new LoopbackPeer(server);
        MediaTrack? track = null;
        var handle = await publisher.ConnectAsync(server, peer => peer.AddTrack(TestMedia.Receive()));
        var relayed = await SubscribeAsync(server, far, handle, 1, 7);
        await server.ClosePeerAsync(handle);
        await UntilAsync(() => server.InvokeAsync(1, _ => relayed!.HasEnded));
        Assert.Null(await server.RelayAsync(handle, "0", 1));
        Assert.Equal(1, await server.InvokeAsync(1, engine => engine.PeerCount));

        var next = await other.ConnectAsync(server, peer => track = peer.AddTrack(TestMedia.Receive()));
        Assert.Null(await server.RelayAsync(next, "no such section", 1));
        await server.RelayAsync(next, "0", 1, next => FarPeer(next).Subscriptions[0].Switch(next));
        await WaitForDemandAsync(server, 0, track!);
        await other.SendRtpAsync(1, 96, 1, new byte[] { 42 });
        Assert.Equal([42], (await far.ReceiveRtpAsync()).Payload);

        MediaPeer FarPeer(MediaTrack track) => track.Engine.Find(_far.Peer)!;
    }

    [Fact]
    public async Task Only_workers_that_there_are_can_be_relayed_to()
    {
        using var server = new MediaServer(TwoWorkers);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => server.RelayAsync(new PeerHandle(0, new PeerId(1)), "0", 2));
        Assert.Null(await server.RelayAsync(new PeerHandle(0, new PeerId(1)), "0", 1));
    }

    private PeerHandle _far;

    /// <summary>Connects a peer to a worker, and has it read a track of another.</summary>
    private async Task<MediaTrack?> SubscribeAsync(MediaServer server, LoopbackPeer peer, PeerHandle publisher, int worker, uint ssrc)
    {
        Subscription? subscription = null;
        _far = await peer.ConnectAsync(server, joined => subscription = joined.Subscribe(TestMedia.Send(ssrc)), worker);
        return await server.RelayAsync(publisher, "0", worker, track => subscription!.Switch(track));
    }

    /// <summary>Until the publisher's worker knows that somebody reads the track elsewhere.</summary>
    private static Task WaitForDemandAsync(MediaServer server, int worker, MediaTrack track) =>
        UntilAsync(() => server.InvokeAsync(worker, _ => track.Layers[0].Stream.Readers.Copies is not null));

    private static async Task UntilAsync(Func<Task<bool>> isTrue)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await isTrue())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
