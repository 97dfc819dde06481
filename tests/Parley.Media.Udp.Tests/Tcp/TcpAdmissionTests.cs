// Whoever does not begin with a good check, and soon, is shown out; and keeps nobody else from coming in.
using System.Net;
using System.Text;
using Parley.Media.Engine;
using Parley.Media.Udp.Tests.Workers;

namespace Parley.Media.Udp.Tests.Tcp;

public sealed class TcpAdmissionTests
{
    private static readonly MediaServerOptions Patient = new()
    {
        Port = 0,
        BindAddresses = [IPAddress.Loopback],
        TcpLimits = new TcpOptions { FirstFrameTimeout = TimeSpan.FromMinutes(10) },
    };

    [Fact]
    public async Task A_first_frame_that_is_late_or_never_whole_ends_the_connection()
    {
        using var server = new MediaServer(Patient with { TcpLimits = new TcpOptions { FirstFrameTimeout = TimeSpan.FromMilliseconds(100) } });
        await using var peer = new LoopbackPeer(server);
        await peer.AddAsync(server);
        using var silent = LoopbackTransport.Tcp(server);
        using var halting = LoopbackTransport.Tcp(server);
        halting.SendRaw(FramedTransport.Frame(peer.Check()).AsSpan(0, 30));
        await silent.EndAsync();
        await halting.EndAsync();
        Assert.Equal(new TcpStatistics(Accepted: 2, Open: 0, Refused: 2, DroppedFull: 0, DroppedOld: 0), server.ReadStatistics()[0].Tcp);
    }

    [Fact]
    public async Task A_first_frame_that_is_no_good_check_ends_the_connection()
    {
        var events = new RecordedEvents();
        using var server = new MediaServer(Patient, events);
        await using var peer = new LoopbackPeer(server);
        var handle = await peer.AddAsync(server);
        await using var stranger = new LoopbackPeer(server);
        var gone = await stranger.AddAsync(server);
        await server.ClosePeerAsync(gone);
        byte[][] beginnings =
        [
            Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
            [0, 0],
            FramedTransport.Frame([22, 254, 253, 0, 0, 0]),
            FramedTransport.Frame([128, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
            FramedTransport.Frame(peer.Check().AsSpan(0, 40)),
            FramedTransport.Frame([0, 17, .. peer.Check().AsSpan(2)]),
            FramedTransport.Frame(peer.Check(password: "a-password-of-nobody-here")),
            FramedTransport.Frame(stranger.Check()),
        ];
        foreach (var beginning in beginnings)
        {
            using var transport = LoopbackTransport.Tcp(server);
            transport.SendRaw(beginning);
            await transport.EndAsync();
        }

        var statistics = server.ReadStatistics()[0].Tcp;
        Assert.Equal((beginnings.Length, 0), (statistics.Refused, statistics.Open));
        Assert.Empty(events.Of(handle));
    }

    [Theory, InlineData(4, 100), InlineData(100, 4)]
    public async Task Connections_that_wait_are_limited_and_the_newest_is_never_the_one_to_go(int inAll, int perAddress)
    {
        using var server = new MediaServer(Patient with { TcpLimits = Patient.TcpLimits with { MaxWaiting = inAll, MaxWaitingPerAddress = perAddress } });
        await using var peer = new LoopbackPeer(server);
        await peer.AddAsync(server);
        var flood = new List<FramedTransport>();
        for (var i = 0; i < 20; i++)
            flood.Add(LoopbackTransport.Tcp(server));
        using var honest = LoopbackTransport.Tcp(server);
        await peer.UseAsync(honest);
        foreach (var early in flood.Take(17))
            await early.EndAsync();
        var statistics = server.ReadStatistics()[0].Tcp;
        Assert.Equal((21, 17, 4), (statistics.Accepted, statistics.Refused, statistics.Open));
        // Those that are left may still show what they are.
        await peer.UseAsync(flood[^1]);
        flood.ForEach(transport => transport.Dispose());
    }

    [Fact]
    public async Task Connections_that_have_shown_what_they_are_do_not_count()
    {
        using var server = new MediaServer(Patient with { TcpLimits = Patient.TcpLimits with { MaxWaiting = 2 } });
        await using var peer = new LoopbackPeer(server);
        await peer.AddAsync(server);
        var connections = new List<FramedTransport>();
        for (var i = 0; i < PeerPaths.Most; i++)
        {
            connections.Add(LoopbackTransport.Tcp(server));
            await peer.UseAsync(connections[^1]);
        }

        Assert.Equal((PeerPaths.Most, 0), (server.ReadStatistics()[0].Tcp.Open, server.ReadStatistics()[0].Tcp.Refused));
        // One more than a peer may have: the least used gives way.
        using var surplus = LoopbackTransport.Tcp(server);
        await peer.UseAsync(surplus);
        await connections[0].EndAsync();
    }
}
