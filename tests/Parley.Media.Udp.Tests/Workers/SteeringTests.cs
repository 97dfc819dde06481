// Two workers on one port: what the system brings to the wrong one reaches the peer all the same.
using System.Net;
using Parley.Media.Dtls;
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Ice;
using Parley.Media.Udp.Workers;

namespace Parley.Media.Udp.Tests.Workers;

public sealed class SteeringTests
{
    private static readonly MediaServerOptions TwoWorkers = new() { Port = 0, BindAddresses = [IPAddress.Loopback], Workers = 2 };

    [Theory, InlineData("127.0.0.1"), InlineData("0.0.0.0")]
    public async Task Datagrams_on_the_wrong_worker_reach_their_peer(string bind)
    {
        using var server = new MediaServer(TwoWorkers with { BindAddresses = [IPAddress.Parse(bind)] });
        var peers = new List<LoopbackPeer>();
        try
        {
            // The system chooses the worker by addresses: of some peers on each worker, one is on the wrong one before long.
            while (server.ReadStatistics().Any(worker => worker.Steered == 0))
            {
                Assert.InRange(peers.Count, 0, 200);
                foreach (var worker in new[] { 0, 1 })
                {
                    var publisher = new LoopbackPeer(server);
                    peers.Add(publisher);
                    var subscriber = new LoopbackPeer(server);
                    peers.Add(subscriber);
                    MediaTrack? track = null;
                    await publisher.ConnectAsync(server, peer => track = peer.AddTrack(TestMedia.Receive()), worker);
                    await subscriber.ConnectAsync(server, peer => peer.Subscribe(TestMedia.Send(7), track), worker);
                    for (ushort sequence = 1; sequence <= 10; sequence++)
                        await publisher.SendRtpAsync(1, 96, sequence, new byte[] { (byte)sequence });
                    for (var i = 1; i <= 10; i++)
                        Assert.Equal([(byte)i], (await subscriber.ReceiveRtpAsync()).Payload);
                }
            }

            Assert.All(server.ReadStatistics(), worker => Assert.Equal((0, 0), (worker.SteeringDrops, worker.Drops.Total)));
        }
        finally
        {
            foreach (var peer in peers)
                await peer.DisposeAsync();
        }
    }

    [Theory, InlineData(0, 1), InlineData(1, 0)]
    public async Task An_address_goes_over_to_a_peer_of_another_worker(int former, int later)
    {
        var events = new RecordedEvents();
        using var server = new MediaServer(TwoWorkers, events);
        await using var first = new LoopbackPeer(server);
        await using var second = new LoopbackPeer(server);
        var ofFirst = await first.AddAsync(server, worker: former);
        var ofSecond = await second.AddAsync(server, worker: later);
        using var transport = LoopbackTransport.Udp(server);
        await first.UseAsync(transport);
        var opened = await events.WaitForAsync<PathOpened>(ofFirst);
        transport.Send(second.Check());
        await first.AnswerAsync();
        Assert.Equal(opened.Key, (await events.WaitForAsync<PathOpened>(ofSecond)).Key);
        await events.WaitForAsync<PathClosed>(ofFirst);
        // And back: the former owner has forgotten, and is asked like anybody.
        transport.Send(first.Check());
        await first.AnswerAsync();
        await events.WaitForAsync<PathClosed>(ofSecond);
    }

    [Theory, InlineData(0), InlineData(1)]
    public async Task Connections_reach_the_worker_of_their_peer(int worker)
    {
        var events = new RecordedEvents();
        using var server = new MediaServer(TwoWorkers, events);
        var transport = LoopbackTransport.Tcp(server);
        await using var publisher = new LoopbackPeer(server, transport);
        await using var subscriber = new LoopbackPeer(server, LoopbackTransport.Tcp(server));
        MediaTrack? track = null;
        var handle = await publisher.ConnectAsync(server, peer => track = peer.AddTrack(TestMedia.Receive()), worker);
        await subscriber.ConnectAsync(server, peer => peer.Subscribe(TestMedia.Send(7), track), worker);
        await publisher.SendRtpAsync(1, 96, 1, new byte[] { 1 });
        Assert.Equal([1], (await subscriber.ReceiveRtpAsync()).Payload);
        var statistics = server.ReadStatistics();
        Assert.Equal((2, 0), (statistics[worker].Tcp.Open, statistics[1 - worker].Tcp.Open));
        Assert.Equal(worker == 0 ? 0 : 2, statistics[0].Steered);
        transport.Reset();
        await events.WaitForAsync<PathClosed>(handle);
    }

    [Fact]
    public async Task A_connection_is_handed_over_with_the_bytes_that_came_with_its_first_frame()
    {
        using var server = new MediaServer(TwoWorkers);
        await using var peer = new LoopbackPeer(server);
        await peer.AddAsync(server, worker: 1);
        using var transport = LoopbackTransport.Tcp(server);
        peer.Listen(transport);
        var last = FramedTransport.Frame(peer.Check());
        transport.SendRaw([.. FramedTransport.Frame(peer.Check()), .. FramedTransport.Frame(peer.Check()), .. last[..11]]);
        await peer.AnswerAsync();
        await peer.AnswerAsync();
        transport.SendRaw(last.AsSpan(11));
        await peer.AnswerAsync();
        var statistics = server.ReadStatistics();
        Assert.Equal((1, 0, 1), (statistics[0].Tcp.Accepted, statistics[0].Tcp.Open, statistics[1].Tcp.Open));
    }

    [Fact]
    public async Task A_check_with_a_wrong_password_is_refused_by_the_worker_it_was_handed_to()
    {
        using var server = new MediaServer(TwoWorkers);
        await using var peer = new LoopbackPeer(server);
        await peer.AddAsync(server, worker: 1);
        using var transport = LoopbackTransport.Tcp(server);
        transport.Send(peer.Check(password: "a-password-of-nobody-here"));
        await transport.EndAsync();
        Assert.Equal((1, 0), (server.ReadStatistics()[1].Tcp.Refused, server.ReadStatistics()[1].Tcp.Open));
    }

    [Fact]
    public async Task A_name_is_good_for_one_peer_on_all_workers()
    {
        using var server = new MediaServer(TwoWorkers);
        var local = IceCredentials.Create(new CryptographicRandom());
        var remote = IceCredentials.Create(new CryptographicRandom());
        var handle = await server.AddPeerAsync(0, local, remote, [server.Fingerprint], DtlsRole.Server);
        await Assert.ThrowsAsync<ArgumentException>(() => server.AddPeerAsync(1, local, remote, [server.Fingerprint], DtlsRole.Server));
        await server.ClosePeerAsync(handle);
        await server.AddPeerAsync(1, local, remote, [server.Fingerprint], DtlsRole.Server);
    }
}
