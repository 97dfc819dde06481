// A machine with several addresses answers from the one that it was sent to, though its socket is bound to all of them.
using System.Net;
using System.Net.Sockets;
using Parley.Media.Forwarding;

namespace Parley.Media.Udp.Tests.Workers;

public sealed class AnswerAddressTests
{
    private static readonly MediaServerOptions Everywhere = new() { Port = 0, BindAddresses = [IPAddress.Any] };

    // Of the whole of 127.0.0.0/8 the system itself would answer from 127.0.0.1.
    [Theory, InlineData("127.0.0.1"), InlineData("127.0.0.2"), InlineData("127.9.8.7")]
    public async Task A_check_is_answered_from_the_address_it_was_sent_to(string address)
    {
        using var server = new MediaServer(Everywhere with { MaxPeerSockets = 1 });
        await using var first = new LoopbackPeer(server);
        await first.ConnectAsync(server);
        Assert.Equal(1, server.PeerSockets);
        // The first has the only socket of its own: this one is answered by the socket for everybody.
        await using var peer = new LoopbackPeer(server);
        await peer.AddAsync(server);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        client.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var to = new IPEndPoint(IPAddress.Parse(address), server.Port);
        client.SendTo(peer.Check(), to);
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        Assert.NotEqual(0, client.ReceiveFrom(new byte[1500], ref from));
        Assert.Equal(to, from);
    }

    // Handshakes and media, of which runs leave by one call: by a socket of the peer's own, and by the one for everybody.
    [Theory, InlineData(true, 1), InlineData(false, 1), InlineData(true, 2), InlineData(false, 2)]
    public async Task Media_comes_from_the_address_that_the_peer_uses(bool hasOwnSocket, int workers)
    {
        const int packets = 30;
        using var server = new MediaServer(Everywhere with { Workers = workers, MaxPeerSockets = hasOwnSocket ? 8 : 1 });
        await using var publisher = new LoopbackPeer(server, IPAddress.Parse("127.0.0.3"));
        await using var subscriber = new LoopbackPeer(server, IPAddress.Parse("127.0.0.2"));
        MediaTrack? track = null;
        await publisher.ConnectAsync(server, peer => track = peer.AddTrack(TestMedia.Receive()));
        await subscriber.ConnectAsync(server, peer => peer.Subscribe(TestMedia.Send(7), track));
        Assert.Equal(hasOwnSocket ? 2 : 1, server.PeerSockets);
        for (ushort sequence = 1; sequence <= packets; sequence++)
            await publisher.SendRtpAsync(1, 96, sequence, new byte[1000]);
        for (var i = 0; i < packets; i++)
            await subscriber.ReceiveRtpAsync();
    }
}
