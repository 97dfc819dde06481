// A recorder on a thread of its own, fed by a worker: it gets everything, sleeps when there is nothing, and hears of the end.
using System.Net;
using Parley.Media.Engine;
using Parley.Media.Relay;

namespace Parley.Media.Udp.Tests.Workers;

public sealed class TapTests
{
    [Theory, InlineData(0), InlineData(1)]
    public async Task A_reader_on_another_thread_gets_everything(int worker)
    {
        using var server = new MediaServer(new MediaServerOptions { Port = 0, BindAddresses = [IPAddress.Loopback], Workers = 2 });
        await using var publisher = new LoopbackPeer(server);
        var handle = await publisher.ConnectAsync(server, peer => peer.AddTrack(TestMedia.Receive()), worker);
        using var news = new SemaphoreSlim(0);
        var tap = await server.TapAsync(handle, "0", new TapOptions { Notify = () => news.Release() });
        Assert.NotNull(tap);
        using var seen = new SemaphoreSlim(0);
        var reading = Task.Run(async () =>
        {
            var payloads = new List<byte[]>();
            for (; ; await news.WaitAsync(TimeSpan.FromSeconds(20)))
            {
                while (tap.TryRead(out var record))
                {
                    payloads.Add(record.Payload.ToArray());
                    tap.Release();
                    seen.Release();
                }

                if (tap.IsCompleted)
                    return payloads;
            }
        });
        for (var i = 0; i < 200; i++)
        {
            var payload = new byte[1 + i * 5];
            payload[0] = (byte)i;
            await publisher.SendRtpAsync(1, 96, (ushort)(i + 1), payload);
            // No more at a time than a socket holds.
            Assert.True(i % 20 != 19 || await AreSeenAsync(seen, 20));
        }

        await server.ClosePeerAsync(handle);
        var payloads = await reading;
        Assert.Equal(Enumerable.Range(0, 200).Select(static i => ((byte)i, 1 + i * 5)), payloads.Select(static payload => (payload[0], payload.Length)));
        Assert.Equal((200, 0), (tap.PacketsTaken, tap.PacketsDropped));
        Assert.Null(await server.TapAsync(handle, "0"));
    }

    private static async Task<bool> AreSeenAsync(SemaphoreSlim seen, int count)
    {
        for (; count > 0; count--)
        {
            if (!await seen.WaitAsync(TimeSpan.FromSeconds(20)))
                return false;
        }

        return true;
    }
}
