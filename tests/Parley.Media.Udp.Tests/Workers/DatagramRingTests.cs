// One writes, one reads: nothing is lost, changed or overtaken, and what does not fit is refused.
using System.Net;
using Parley.Media.Engine;
using Parley.Media.Udp.Workers;

namespace Parley.Media.Udp.Tests.Workers;

public sealed class DatagramRingTests
{
    [Fact]
    public void It_is_bounded()
    {
        var ring = new DatagramRing();
        Assert.True(ring.IsEmpty);
        for (var i = 0; i < DatagramRing.Capacity; i++)
            Assert.True(ring.TryWrite(Key(i), [(byte)i]));
        Assert.False(ring.TryWrite(Key(0), [1]));
        Assert.True(ring.TryPeek(out var key, out var datagram));
        Assert.Equal((Key(0), 0), (key, datagram[0]));
        ring.Release();
        Assert.True(ring.TryWrite(Key(7), [7]));
        Assert.False(ring.TryWrite(Key(0), [1]));
    }

    [Fact]
    public void Only_datagrams_of_a_length_that_is_taken_go_in()
    {
        var ring = new DatagramRing();
        Assert.False(ring.TryWrite(Key(1), new byte[MediaEngine.MaxDatagram + 1]));
        Assert.True(ring.IsEmpty);
        Assert.True(ring.TryWrite(Key(1), new byte[MediaEngine.MaxDatagram]));
        Assert.True(ring.TryWrite(Key(2), []));
        Assert.True(ring.TryPeek(out _, out var longest));
        Assert.Equal(MediaEngine.MaxDatagram, longest.Length);
        ring.Release();
        Assert.True(ring.TryPeek(out var key, out var empty));
        Assert.Equal((Key(2), 0), (key, empty.Length));
    }

    [Fact]
    public void Two_threads_pass_everything_on_in_order()
    {
        const int count = 200_000;
        var ring = new DatagramRing();
        var writer = new Thread(() =>
        {
            Span<byte> datagram = stackalloc byte[200];
            for (var i = 0; i < count;)
            {
                var length = 4 + i % 196;
                BitConverter.TryWriteBytes(datagram, i);
                datagram[4..length].Fill((byte)i);
                if (ring.TryWrite(Key(i), datagram[..length]))
                    i++;
                else
                    Thread.Yield();
            }
        });
        writer.Start();
        for (var i = 0; i < count;)
        {
            if (!ring.TryPeek(out var key, out var datagram))
            {
                Thread.Yield();
                continue;
            }

            Assert.Equal((Key(i), 4 + i % 196, i), (key, datagram.Length, BitConverter.ToInt32(datagram)));
            Assert.Equal(-1, datagram[4..].IndexOfAnyExcept((byte)i));
            ring.Release();
            i++;
        }

        writer.Join();
        Assert.True(ring.IsEmpty);
    }

    private static PathKey Key(int number) => new(TransportAddress.From(IPAddress.Loopback, 7882), TransportAddress.From(IPAddress.Loopback, number % 60_000));
}
