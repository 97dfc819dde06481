// A reader that does not read costs frames of its own, and nobody else anything.
using System.Net;
using Parley.Media.Forwarding;
using Parley.Media.Udp.Tests.Workers;

namespace Parley.Media.Udp.Tests.Tcp;

public sealed class TcpBackpressureTests
{
    [Theory, InlineData(64 * 1024, 3600), InlineData(1024 * 1024, 0)]
    public async Task A_reader_that_does_not_read_loses_whole_frames_and_delays_nobody(int queueBytes, int queueSeconds)
    {
        using var server = new MediaServer(new MediaServerOptions
        {
            Port = 0,
            BindAddresses = [IPAddress.Loopback],
            TcpLimits = new TcpOptions { QueueBytes = queueBytes, QueueAge = TimeSpan.FromSeconds(queueSeconds) },
        });
        await using var publisher = new LoopbackPeer(server);
        using var transport = LoopbackTransport.Tcp(server, receiveBuffer: 8192);
        await using var stuck = new LoopbackPeer(server, transport);
        await using var connected = new LoopbackPeer(server, LoopbackTransport.Tcp(server));
        await using var other = new LoopbackPeer(server);
        MediaTrack? track = null;
        await publisher.ConnectAsync(server, peer => track = peer.AddTrack(TestMedia.Receive()));
        await stuck.ConnectAsync(server, peer => peer.Subscribe(TestMedia.Send(7), track));
        await connected.ConnectAsync(server, peer => peer.Subscribe(TestMedia.Send(8), track));
        await other.ConnectAsync(server, peer => peer.Subscribe(TestMedia.Send(9), track));
        transport.Pause();
        ushort sent = 0;
        var dropped = 0L;
        while (dropped < 20)
        {
            await SendAsync();
            dropped = server.ReadStatistics()[0] is { Tcp: var tcp } ? tcp.DroppedFull + tcp.DroppedOld : 0;
        }

        // What it gets when it reads again: the beginning, a gap, and what comes now; nothing torn, nothing out of order.
        transport.Resume();
        var atResume = sent;
        var received = new List<int>();
        while (received.Count == 0 || received[^1] <= atResume)
        {
            await SendAsync();
            while (stuck.TryReceiveRtp(out var packet))
                received.Add(Number(packet));
        }

        Assert.Equal(received.Order().Distinct(), received);
        Assert.Equal(1, received[0]);
        Assert.InRange(received.Count, 1, sent - 20);
        Assert.Equal(0, stuck.Unintelligible);

        async Task SendAsync()
        {
            var payload = new byte[1100];
            BitConverter.TryWriteBytes(payload, (int)++sent);
            await publisher.SendRtpAsync(1, 96, sent, payload);
            Assert.Equal(sent, Number(await connected.ReceiveRtpAsync()));
            Assert.Equal(sent, Number(await other.ReceiveRtpAsync()));
        }
    }

    private static int Number(ReceivedPacket packet) => BitConverter.ToInt32(packet.Payload);
}
