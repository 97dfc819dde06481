// What was read is counted to the byte, and once, whichever worker it is for.
using System.Net;

namespace Parley.Media.Udp.Tests.Workers;

public sealed class TrafficCountTests
{
    private const int Checks = 20;

    [Theory, InlineData(false), InlineData(true)]
    public async Task Datagrams_and_frames_are_counted_with_their_bytes(bool overTcp)
    {
        using var server = New(workers: 1);
        // In pieces, so that reads do not end where frames do.
        var transport = overTcp ? LoopbackTransport.Tcp(server, chunk: 50) : LoopbackTransport.Udp(server);
        await using var peer = new LoopbackPeer(server, transport);
        await peer.AddAsync(server);
        peer.Listen(transport);
        var bytes = 0L;
        for (var i = 0; i < Checks; i++)
        {
            var check = peer.Check();
            bytes += check.Length + (overTcp ? 2 : 0);
            transport.Send(check);
            await peer.AnswerAsync();
        }

        var statistics = (await ReadAsync(server))[0];
        Assert.Equal((Checks, bytes), (statistics.DatagramsReceived, statistics.BytesReceived));
        // Each was answered, in one datagram or frame of its own.
        Assert.Equal(Checks, statistics.DatagramsSent);
    }

    [Fact]
    public async Task What_another_worker_is_handed_is_counted_where_it_was_read()
    {
        using var server = New(workers: 2);
        var (sent, bytes) = (0L, 0L);
        // The system chooses the worker by addresses: some peer is on the wrong one before long.
        while (server.ReadStatistics().Sum(static worker => worker.Steered) < 5)
        {
            Assert.InRange(sent, 0, 200);
            await using var peer = new LoopbackPeer(server);
            await peer.AddAsync(server, worker: 1);
            using var transport = LoopbackTransport.Udp(server);
            peer.Listen(transport);
            var check = peer.Check();
            transport.Send(check);
            await peer.AnswerAsync();
            (sent, bytes) = (sent + 1, bytes + check.Length);
        }

        var statistics = await ReadAsync(server);
        Assert.Equal((sent, bytes), (statistics.Sum(static worker => worker.DatagramsReceived), statistics.Sum(static worker => worker.BytesReceived)));
    }

    /// <summary>What the workers have counted when the turn of the last answer is over.</summary>
    private static async Task<IReadOnlyList<WorkerStatistics>> ReadAsync(MediaServer server)
    {
        for (var worker = 0; worker < server.Workers; worker++)
            await server.InvokeAsync(worker, static _ => true);
        return server.ReadStatistics();
    }

    private static MediaServer New(int workers) => new(new MediaServerOptions { Port = 0, BindAddresses = [IPAddress.Loopback], Workers = workers });
}
