// The way of media through a worker, from the system and back to it: reading, the turn and sending allocate nothing.
using System.Net;
using Parley.Media.Forwarding;

namespace Parley.Media.Udp.Tests.Workers;

public sealed class WorkerAllocationTests(ITestOutputHelper output)
{
    private const int Warm = 4000;
    private const int Measured = 1000;
    private const int Rounds = 5;
    private const int Burst = 10;

    // By sockets of the peers' own; by the open one, which names destination and source of each datagram; with another worker on the port; by connections.
    public static TheoryData<string, int, int, bool> Ways => new()
    {
        { "127.0.0.1", 1, 0, false },
        { "0.0.0.0", 1, 1, false },
        { "::1", 1, 1, false },
        { "127.0.0.1", 2, 0, false },
        { "127.0.0.1", 1, 0, true },
    };

    [Theory, MemberData(nameof(Ways))]
    public async Task Forwarded_packets_allocate_nothing_on_their_workers_thread(string bind, int workers, int peerSockets, bool isTcp)
    {
        var address = IPAddress.Parse(bind);
        using var server = new MediaServer(new MediaServerOptions { Port = 0, BindAddresses = [address], Workers = workers, MaxPeerSockets = peerSockets });
        var toServer = address.Equals(IPAddress.Any) ? IPAddress.Loopback : address;
        await using var publisher = new LoopbackPeer(server, toServer);
        var subscribers = Enumerable.Range(0, 2).Select(_ => isTcp ? new LoopbackPeer(server, LoopbackTransport.Tcp(server)) : new LoopbackPeer(server, toServer)).ToList();
        try
        {
            MediaTrack? track = null;
            await publisher.ConnectAsync(server, peer => track = peer.AddTrack(TestMedia.Receive()));
            foreach (var subscriber in subscribers)
                await subscriber.ConnectAsync(server, peer => peer.Subscribe(TestMedia.Send(7), track));
            ushort sequence = 1;
            await ForwardAsync(Warm);
            var least = long.MaxValue;
            for (var round = 0; round < Rounds && least > 0; round++)
            {
                var sent = server.ReadStatistics()[0];
                var begun = await AllocatedAsync();
                // What asking costs by itself.
                var asking = await AllocatedAsync() - begun;
                await ForwardAsync(Measured);
                var allocated = await AllocatedAsync() - begun - 2 * asking;
                var now = server.ReadStatistics()[0];
                output.WriteLine($"{allocated} bytes (asking: {asking}), {now.DatagramsSent - sent.DatagramsSent} datagrams by {now.SendCalls - sent.SendCalls} calls");
                Assert.InRange(now.DatagramsSent - sent.DatagramsSent, subscribers.Count * Measured, long.MaxValue);
                Assert.Equal(0, now.SendFailures);
                // The runtime's own work, as when it compiles something better, is not in every round.
                least = Math.Min(least, Math.Max(0, allocated));
            }

            Assert.Equal(0, least);

            async Task ForwardAsync(int packets)
            {
                for (var end = sequence + packets; sequence < end;)
                {
                    for (var i = 0; i < Burst; i++)
                        await publisher.SendRtpAsync(1, 96, sequence++, new byte[1000]);
                    foreach (var subscriber in subscribers)
                    {
                        for (var i = 0; i < Burst; i++)
                            await subscriber.ReceiveRtpAsync();
                    }
                }
            }
        }
        finally
        {
            foreach (var subscriber in subscribers)
                await subscriber.DisposeAsync();
        }

        Task<long> AllocatedAsync() => server.InvokeAsync(0, static _ => GC.GetAllocatedBytesForCurrentThread());
    }
}
