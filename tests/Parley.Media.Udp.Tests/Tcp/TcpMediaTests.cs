// The whole way over connections: checks, handshake, media, and what becomes of it when a connection ends.
using System.Net;
using System.Net.Sockets;
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Udp.Tcp;
using Parley.Media.Udp.Tests.Workers;

namespace Parley.Media.Udp.Tests.Tcp;

public sealed class TcpMediaTests
{
    private static readonly MediaServerOptions OnLoopback = new() { Port = 0, BindAddresses = [IPAddress.Loopback] };

    public static TheoryData<string, int> Ways => new()
    {
        { "127.0.0.1", int.MaxValue },
        { "0.0.0.0", int.MaxValue },
        { "::1", int.MaxValue },
        { "127.0.0.1", 1 },
        { "127.0.0.1", 7 },
    };

    [Theory, MemberData(nameof(Ways))]
    public async Task Media_goes_both_ways_between_connections_and_to_datagrams(string bind, int chunk)
    {
        using var server = new MediaServer(OnLoopback with { BindAddresses = [IPAddress.Parse(bind)] });
        var address = bind == "::1" ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        await using var first = new LoopbackPeer(server, LoopbackTransport.Tcp(server, address, chunk: chunk));
        await using var second = new LoopbackPeer(server, LoopbackTransport.Tcp(server, address));
        await using var third = new LoopbackPeer(server, address);
        MediaTrack? ofFirst = null, ofSecond = null;
        var handle = await first.ConnectAsync(server, peer => ofFirst = peer.AddTrack(TestMedia.Receive()));
        await second.ConnectAsync(server, peer =>
        {
            ofSecond = peer.AddTrack(TestMedia.Receive());
            peer.Subscribe(TestMedia.Send(8), ofFirst);
        });
        await third.ConnectAsync(server, peer => peer.Subscribe(TestMedia.Send(9), ofFirst));
        await server.InvokeAsync(0, engine => engine.Find(handle.Peer)!.Subscribe(TestMedia.Send(7), ofSecond));
        for (ushort sequence = 1; sequence <= 40; sequence++)
        {
            await first.SendRtpAsync(1, 96, sequence, Payload(sequence));
            await second.SendRtpAsync(2, 96, sequence, Payload(sequence));
        }

        foreach (var (peer, ssrc) in new[] { (first, 7u), (second, 8u), (third, 9u) })
        {
            for (var i = 1; i <= 40; i++)
            {
                var packet = await peer.ReceiveRtpAsync();
                Assert.Equal(ssrc, packet.Ssrc);
                Assert.Equal(Payload(i), packet.Payload);
            }
        }

        var statistics = Assert.Single(server.ReadStatistics());
        Assert.Equal((0, 0), (statistics.SendFailures, statistics.Drops.Total));
        Assert.Equal(new TcpStatistics(Accepted: 2, Open: 2, Refused: 0, DroppedFull: 0, DroppedOld: 0), statistics.Tcp);
    }

    [Fact]
    public async Task A_frame_may_be_cut_anywhere()
    {
        using var server = new MediaServer(OnLoopback);
        await using var peer = new LoopbackPeer(server);
        await peer.AddAsync(server);
        var length = peer.Check().Length + Framing.PrefixBytes;
        for (var cut = 1; cut < length; cut++)
        {
            // As the first frame of a connection, and then as one of many.
            using var transport = LoopbackTransport.Tcp(server);
            peer.Listen(transport);
            for (var round = 0; round < 2; round++)
            {
                var frame = FramedTransport.Frame(peer.Check());
                transport.SendRaw(frame.AsSpan(0, cut));
                await server.InvokeAsync(0, static engine => engine.PeerCount);
                transport.SendRaw(frame.AsSpan(cut));
                await peer.AnswerAsync();
            }
        }

        Assert.Equal(0, server.ReadStatistics()[0].Tcp.Refused);
    }

    [Fact]
    public async Task Several_frames_may_come_in_one_segment_and_null_frames_say_nothing()
    {
        using var server = new MediaServer(OnLoopback);
        await using var peer = new LoopbackPeer(server);
        await peer.AddAsync(server);
        using var transport = LoopbackTransport.Tcp(server);
        peer.Listen(transport);
        var last = FramedTransport.Frame(peer.Check());
        transport.SendRaw([.. FramedTransport.Frame(peer.Check()), .. FramedTransport.Frame(peer.Check()), 0, 0, .. FramedTransport.Frame(peer.Check()), .. last[..9]]);
        for (var i = 0; i < 3; i++)
            await peer.AnswerAsync();
        transport.SendRaw(last.AsSpan(9));
        await peer.AnswerAsync();
    }

    [Fact]
    public async Task Media_moves_to_another_path_when_the_connection_is_reset()
    {
        var events = new RecordedEvents();
        using var server = new MediaServer(OnLoopback, events);
        await using var publisher = new LoopbackPeer(server);
        await using var peer = new LoopbackPeer(server);
        MediaTrack? track = null;
        await publisher.ConnectAsync(server, added => track = added.AddTrack(TestMedia.Receive()));
        var handle = await peer.ConnectAsync(server, added => added.Subscribe(TestMedia.Send(7), track));
        var datagrams = await events.WaitForAsync<PathSelected>(handle);
        using var connection = LoopbackTransport.Tcp(server);
        await peer.UseAsync(connection, priority: 5);
        var framed = await events.WaitForAsync<PathSelected>(handle, selected => selected.Path != datagrams.Path);
        await publisher.SendRtpAsync(1, 96, 1, Payload(1));
        Assert.Equal(Payload(1), (await peer.ReceiveRtpAsync()).Payload);
        connection.Reset();
        await events.WaitForAsync<PathClosed>(handle, closed => closed.Path == framed.Path);
        Assert.Equal(2, await server.InvokeAsync(0, engine => engine.PeerCount));
        Assert.Equal(datagrams, events.Of(handle).OfType<PathSelected>().Last());
        await publisher.SendRtpAsync(1, 96, 2, Payload(2));
        Assert.Equal(Payload(2), (await peer.ReceiveRtpAsync()).Payload);
        Assert.Equal(0, server.ReadStatistics()[0].Tcp.Open);
    }

    [Fact]
    public async Task A_peer_without_a_path_comes_back_by_a_new_connection_and_needs_no_handshake()
    {
        var events = new RecordedEvents();
        using var server = new MediaServer(OnLoopback, events);
        await using var publisher = new LoopbackPeer(server);
        var first = LoopbackTransport.Tcp(server);
        await using var peer = new LoopbackPeer(server, first);
        MediaTrack? track = null;
        await publisher.ConnectAsync(server, added => track = added.AddTrack(TestMedia.Receive()));
        var handle = await peer.ConnectAsync(server, added => added.Subscribe(TestMedia.Send(7), track));
        first.Reset();
        await events.WaitForAsync<PathClosed>(handle);
        await peer.UseAsync(LoopbackTransport.Tcp(server));
        await publisher.SendRtpAsync(1, 96, 1, Payload(1));
        Assert.Equal(Payload(1), (await peer.ReceiveRtpAsync()).Payload);
    }

    [Fact]
    public async Task The_connection_ends_with_its_peer_and_with_the_garbage_in_it()
    {
        var events = new RecordedEvents();
        using var server = new MediaServer(OnLoopback, events);
        await using var closed = new LoopbackPeer(server);
        var handle = await closed.AddAsync(server);
        using var ofClosed = LoopbackTransport.Tcp(server);
        ofClosed.Send(closed.Check());
        await events.WaitForAsync<PathOpened>(handle);
        await server.ClosePeerAsync(handle);
        await ofClosed.EndAsync();

        byte[][] garbage = [[0xFF, 0xFF], FramedTransport.Frame([255, 255]), FramedTransport.Frame([64, 0, 0, 0]), [0x05, 0xDD, 0]];
        foreach (var bytes in garbage)
        {
            await using var peer = new LoopbackPeer(server);
            var alive = await peer.AddAsync(server);
            using var transport = LoopbackTransport.Tcp(server);
            transport.Send(peer.Check());
            transport.SendRaw(bytes);
            await transport.EndAsync();
            await events.WaitForAsync<PathClosed>(alive);
        }

        var statistics = server.ReadStatistics()[0].Tcp;
        Assert.Equal((garbage.Length, 0), (statistics.Refused, statistics.Open));
        Assert.Equal(garbage.Length, await server.InvokeAsync(0, engine => engine.PeerCount));
    }

    [Fact]
    public void A_port_that_is_taken_for_connections_is_told_unless_none_are_taken()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var options = OnLoopback with { Port = ((IPEndPoint)taken.LocalEndpoint).Port };
        var failure = Assert.ThrowsAny<IOException>(() => new MediaServer(options));
        Assert.Contains($"TCP 127.0.0.1:{options.Port}", failure.Message, StringComparison.Ordinal);
        using var withoutTcp = new MediaServer(options with { Tcp = false });
        Assert.Empty(withoutTcp.TcpCandidates);
        Assert.Equal(options.Port, Assert.Single(withoutTcp.Candidates).Port);
    }

    [Fact]
    public void Connections_are_offered_where_datagrams_are()
    {
        using var server = new MediaServer(OnLoopback);
        Assert.Equal(TransportAddress.From(IPAddress.Loopback, server.Port), Assert.Single(server.TcpCandidates));
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, server.Port);
        Assert.True(client.Connected);
    }

    // Sizes as a codec makes them: full ones, then what is left of the frame.
    private static byte[] Payload(int number)
    {
        var payload = new byte[number % 4 == 0 ? 300 + number : 1100];
        payload.AsSpan().Fill((byte)number);
        return payload;
    }
}
