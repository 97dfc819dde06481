// The descriptors that peers may take are counted over UDP and TCP, and over all workers.
using System.Net;
using Parley.Media.Udp.Sockets;

namespace Parley.Media.Udp.Tests.Workers;

public sealed class SocketBudgetTests
{
    [Fact]
    public void A_quarter_is_kept_for_connections()
    {
        var budget = new SocketBudget(8);
        Assert.Equal(6, Enumerable.Range(0, 20).Count(_ => budget.TryTakeForDatagrams()));
        Assert.Equal(2, Enumerable.Range(0, 20).Count(_ => budget.TryTakeForConnection()));
        budget.TakeInPlace();
        Assert.Equal(9, budget.Used);
        budget.ReturnForConnection();
        budget.ReturnForDatagrams();
        Assert.False(budget.TryTakeForDatagrams());
        Assert.True(budget.TryTakeForConnection());
    }

    [Theory, InlineData("6.1.0", 64), InlineData("6.12.99", 64), InlineData("6.13", 300), InlineData("6.18.2", 300), InlineData("7.0", 300)]
    public void Where_the_system_compares_every_socket_datagram_peers_have_few(string kernel, int most)
    {
        var budget = new SocketBudget(400, Version.Parse(kernel));
        for (var i = 0; i < 100; i++)
            Assert.True(budget.TryTakeForConnection());
        Assert.Equal(Math.Min(most, 200), Enumerable.Range(0, 500).Count(_ => budget.TryTakeForDatagrams()));
        budget.ReturnForDatagrams();
        Assert.True(budget.TryTakeForDatagrams());
        Assert.Equal(most, budget.LimitForDatagrams);
    }

    [Fact]
    public void Threads_never_take_more_than_there_is()
    {
        var budget = new SocketBudget(1000);
        var taken = 0;
        Parallel.For(0, 5000, _ =>
        {
            if (budget.TryTakeForConnection())
                Interlocked.Increment(ref taken);
        });
        Assert.Equal((1000, 1000), (taken, budget.Used));
    }

    [Theory, InlineData(1), InlineData(2)]
    public async Task Datagram_peers_share_the_open_sockets_when_theirs_are_used_up_and_connections_still_come_in(int workers)
    {
        using var server = new MediaServer(Options(workers, 4));
        var peers = new List<LoopbackPeer>();
        for (var i = 0; i < 6; i++)
        {
            peers.Add(new LoopbackPeer(server));
            await peers[i].ConnectAsync(server, worker: i % workers);
        }

        Assert.Equal(3, server.PeerSockets);
        peers.Add(new LoopbackPeer(server, LoopbackTransport.Tcp(server)));
        await peers[^1].ConnectAsync(server);
        Assert.Equal(4, server.PeerSockets);

        // Everybody who came in has used theirs: one more connection is refused, until another ends.
        using (var surplus = LoopbackTransport.Tcp(server))
            await surplus.EndAsync();
        Assert.Equal(1, server.ReadStatistics()[0].Tcp.Refused);
        foreach (var peer in peers)
        {
            peer.Close();
            Assert.Equal("closed", await peer.Ended);
            await peer.DisposeAsync();
        }

        Assert.True(SpinWait.SpinUntil(() => server.PeerSockets == 0, TimeSpan.FromSeconds(20)));
        await using var late = new LoopbackPeer(server, LoopbackTransport.Tcp(server));
        await late.ConnectAsync(server);
        Assert.Equal(1, server.PeerSockets);
    }

    [Fact]
    public async Task Connections_that_say_nothing_keep_no_other_out()
    {
        using var server = new MediaServer(Options(1, 4) with { TcpLimits = new TcpOptions { FirstFrameTimeout = TimeSpan.FromMinutes(10) } });
        var flood = Enumerable.Range(0, 20).Select(_ => LoopbackTransport.Tcp(server)).ToList();
        await using var honest = new LoopbackPeer(server, LoopbackTransport.Tcp(server));
        await honest.ConnectAsync(server);
        Assert.InRange(server.PeerSockets, 1, 4);
        flood.ForEach(static transport => transport.Dispose());
    }

    [Fact]
    public void Without_a_word_it_is_a_part_of_what_the_process_may_open()
    {
        using var server = new MediaServer(Options(1, 0));
        Assert.InRange(server.MaxPeerSockets, 1, 32_768);
    }

    private static MediaServerOptions Options(int workers, int sockets) => new() { Port = 0, BindAddresses = [IPAddress.Loopback], Workers = workers, MaxPeerSockets = sockets };
}
