// The whole way over real sockets: checks, handshake, media from one peer to others.
using System.Net;
using System.Net.Sockets;
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Udp.Dtls;
using Parley.Media.Udp.Native;

namespace Parley.Media.Udp.Tests.Workers;

public sealed class MediaServerTests
{
    public static TheoryData<string> Addresses => ["127.0.0.1", "0.0.0.0", "::1"];

    [Theory, MemberData(nameof(Addresses))]
    public async Task Media_goes_from_one_peer_to_two(string bind)
    {
        using var server = new MediaServer(new MediaServerOptions { Port = 0, BindAddresses = [IPAddress.Parse(bind)] });
        var address = bind == "::1" ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        await using var publisher = new LoopbackPeer(server, address);
        await using var first = new LoopbackPeer(server, address);
        await using var second = new LoopbackPeer(server, address);
        MediaTrack? track = null;
        await publisher.ConnectAsync(server, peer => track = peer.AddTrack(TestMedia.Receive()));
        await first.ConnectAsync(server, peer => peer.Subscribe(TestMedia.Send(7), track));
        await second.ConnectAsync(server, peer => peer.Subscribe(TestMedia.Send(8), track));

        for (ushort sequence = 1; sequence <= 40; sequence++)
        {
            // Sizes as a codec makes them: full ones, then what is left of the frame.
            var payload = new byte[sequence % 4 == 0 ? 300 + sequence : 1100];
            payload[0] = (byte)sequence;
            await publisher.SendRtpAsync(1, 96, sequence, payload);
        }

        foreach (var (peer, ssrc) in new[] { (first, 7u), (second, 8u) })
        {
            for (var i = 1; i <= 40; i++)
            {
                var packet = await peer.ReceiveRtpAsync();
                Assert.Equal((ssrc, (byte)i, i % 4 == 0 ? 300 + i : 1100), (packet.Ssrc, packet.Payload[0], packet.Payload.Length));
            }
        }

        var statistics = Assert.Single(server.ReadStatistics());
        Assert.Equal((0, 0), (statistics.SendFailures, statistics.Drops.Total));
    }

    [Fact]
    public async Task A_peer_with_another_certificate_gets_no_media()
    {
        var events = new RecordedEvents();
        using var server = new MediaServer(new MediaServerOptions { Port = 0, BindAddresses = [IPAddress.Loopback] }, events);
        await using var peer = new LoopbackPeer(server);
        var handle = await peer.StartAsync(server, fingerprints: [DtlsCertificate.Create().Fingerprint]);
        Assert.Equal(new PeerEnded(handle.Peer, PeerEndReason.FingerprintMismatch), await events.EndOfAsync(handle));
        Assert.NotEqual("closed", await peer.Ended);
    }

    [Fact]
    public async Task A_peer_has_any_of_the_certificates_that_were_signaled()
    {
        using var server = new MediaServer(new MediaServerOptions { Port = 0, BindAddresses = [IPAddress.Loopback] });
        await using var peer = new LoopbackPeer(server);
        await peer.StartAsync(server, fingerprints: [DtlsCertificate.Create().Fingerprint, peer.Fingerprint]);
        await peer.KeysAsync();
    }

    [Fact]
    public async Task A_peer_that_says_goodbye_is_gone_and_its_socket_with_it()
    {
        var events = new RecordedEvents();
        using var server = new MediaServer(new MediaServerOptions { Port = 0, BindAddresses = [IPAddress.Loopback] }, events);
        await using var peer = new LoopbackPeer(server);
        var handle = await peer.ConnectAsync(server);
        peer.Close();
        Assert.Equal(new PeerEnded(handle.Peer, PeerEndReason.ClosedByPeer), await events.EndOfAsync(handle));
        Assert.Equal(0, await server.InvokeAsync(0, engine => engine.PeerCount));
        Assert.Equal(0, server.LiveDtlsSessions);
    }

    [Fact]
    public async Task Whoever_the_server_ends_is_told_before_its_path_closes()
    {
        var events = new RecordedEvents();
        using var server = new MediaServer(new MediaServerOptions { Port = 0, BindAddresses = [IPAddress.Loopback] }, events);
        await using var overUdp = new LoopbackPeer(server);
        await using var overTcp = new LoopbackPeer(server, LoopbackTransport.Tcp(server));
        foreach (var peer in new[] { overUdp, overTcp })
        {
            var handle = await peer.ConnectAsync(server);
            await server.ClosePeerAsync(handle);
            Assert.Equal("closed", await peer.Ended);
            Assert.Equal(new PeerEnded(handle.Peer, PeerEndReason.Closed), await events.EndOfAsync(handle));
        }

        Assert.Equal((0, 0), (server.LiveDtlsSessions, server.ReadStatistics()[0].Drops[DropReason.NoPath]));
    }

    [Theory, InlineData(1), InlineData(2)]
    public async Task A_server_that_stops_tells_every_peer(int workers)
    {
        var server = new MediaServer(new MediaServerOptions { Port = 0, BindAddresses = [IPAddress.Loopback], Workers = workers });
        var peers = Enumerable.Range(0, 6).Select(_ => new LoopbackPeer(server)).ToList();
        for (var i = 0; i < peers.Count; i++)
            await peers[i].ConnectAsync(server, worker: i % workers);

        server.Dispose();

        foreach (var peer in peers)
        {
            Assert.Equal("closed", await peer.Ended);
            await peer.DisposeAsync();
        }
    }

    // The error is the system's own, whatever else was called until it is told: with port 0 it decides whether another is tried.
    [Theory, InlineData("UDP"), InlineData("TCP")]
    public void A_port_that_is_taken_is_told(string protocol)
    {
        using var taken = protocol == "UDP"
            ? new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (protocol == "TCP")
            taken.Listen();
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        var failure = Assert.Throws<MediaSocketException>(() => new MediaServer(new MediaServerOptions { Port = port, BindAddresses = [IPAddress.Loopback] }));
        Assert.Equal(Libc.ErrorAddressInUse, failure.Error);
        Assert.StartsWith($"{protocol} 127.0.0.1:{port}: ", failure.Message, StringComparison.Ordinal);
    }
}
