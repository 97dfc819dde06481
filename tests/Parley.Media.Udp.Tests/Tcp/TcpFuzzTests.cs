// Whatever comes on a connection, and however it is cut: the connection ends at worst, and nobody else notices.
using System.Net;
using System.Net.Sockets;
using Parley.Media.Engine;
using Parley.Media.Tests.Stage;
using Parley.Media.Udp.Tests.Workers;

namespace Parley.Media.Udp.Tests.Tcp;

public sealed class TcpFuzzTests
{
    [Fact]
    [Trait("Kind", "Fuzz")]
    public Task Frames_of_any_bytes_end_a_connection_at_worst() => FuzzSeeds.ForEachAsync(3, AttackAsync);

    private static async Task AttackAsync(int seed)
    {
        var random = new Random(seed);
        var events = new RecordedEvents();
        using var server = new MediaServer(new MediaServerOptions { Port = 0, BindAddresses = [IPAddress.Loopback] }, events);
        await using var peer = new LoopbackPeer(server);
        var handle = await peer.AddAsync(server);
        for (var connection = 0; connection < 40; connection++)
        {
            using var transport = LoopbackTransport.Tcp(server);
            var bytes = new List<byte>();
            // The first frame says whose connection it is; without that there would be no second one.
            if (random.Next(4) > 0)
                bytes.AddRange(FramedTransport.Frame(peer.Check()));
            for (var frames = random.Next(1, 30); frames > 0; frames--)
                bytes.AddRange(Frame(peer, random));
            var left = bytes.ToArray().AsMemory();
            try
            {
                while (!left.IsEmpty)
                {
                    var piece = Math.Min(left.Length, random.Next(1, 400));
                    transport.SendRaw(left.Span[..piece]);
                    left = left[piece..];
                    // What was sent is taken as a piece of its own.
                    if (random.Next(3) == 0)
                        await server.InvokeAsync(0, static engine => engine.PeerCount);
                }
            }
            catch (SocketException)
            {
                // It was shown out while it was still sending.
            }
        }

        using var good = LoopbackTransport.Tcp(server);
        peer.Listen(good);
        good.Send(peer.Check());
        await peer.AnswerAsync();
        Assert.Empty(events.Of(handle).OfType<PeerEnded>());
        Assert.True(server.ReadStatistics()[0].Tcp.Refused > 0, "Nothing was refused.");
    }

    private static byte[] Frame(LoopbackPeer peer, Random random)
    {
        var content = random.Next(4) switch
        {
            0 => peer.Check(),
            1 => [(byte)random.Next(128, 192), .. Noise(random, 200)],
            2 => [(byte)random.Next(20, 64), .. Noise(random, 200)],
            _ => Noise(random, 3),
        };
        for (var i = random.Next(3); i > 0 && content.Length > 0; i--)
            content[random.Next(content.Length)] = (byte)random.Next(256);
        var frame = FramedTransport.Frame(content);
        // Seldom a length that is not that of the frame.
        if (random.Next(40) == 0)
            frame[random.Next(2)] = (byte)random.Next(256);
        return frame;
    }

    private static byte[] Noise(Random random, int most)
    {
        var noise = new byte[random.Next(most)];
        random.NextBytes(noise);
        return noise;
    }
}
