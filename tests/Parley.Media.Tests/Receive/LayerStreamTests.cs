// The store of a layer: what it says it holds is intact, and it holds as much as it promises.
using Parley.Media.Receive;

namespace Parley.Media.Tests.Receive;

public sealed class LayerStreamTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Every_packet_that_is_held_has_its_own_bytes(int seed)
    {
        var random = new Random(seed);
        var stream = new LayerStream(90_000, 1024, 64 * 1024);
        var contents = new Dictionary<long, byte[]>();
        long now = 0;
        for (var sequence = 1L; sequence < 5000; sequence++)
        {
            now += random.Next(1, 20_000);
            var bytes = new byte[random.Next(0, 400)];
            random.NextBytes(bytes);
            var room = stream.Reserve(bytes.Length + random.Next(100), now);
            bytes.CopyTo(room);
            // A reservation whose packet proves false is given up.
            if (random.Next(10) == 0)
                continue;
            var extensions = bytes.Length / 3;
            stream.Commit(new StoredPacket { Sequence = sequence, ArrivalUs = now, ExtensionLength = (ushort)extensions, PayloadLength = (ushort)(bytes.Length - extensions) });
            contents[sequence] = bytes;

            for (var arrival = stream.Tail; arrival < stream.Head; arrival += random.Next(1, 10))
            {
                ref readonly var packet = ref stream[arrival];
                Assert.True(contents[packet.Sequence].AsSpan().SequenceEqual([.. stream.Extensions(in packet), .. stream.Payload(in packet)]), $"seed {seed}");
                Assert.True(stream.Holds(arrival), $"seed {seed}");
            }

            Assert.Equal((false, false), (stream.Holds(stream.Tail - 1), stream.Holds(stream.Head)));
        }
    }

    [Fact]
    public void A_second_of_the_stream_is_held()
    {
        var stream = new LayerStream(90_000, 1024, 2 * 1024 * 1024);
        // 5 Mbit/s: a packet of 1200 bytes every 1.92 ms.
        for (var i = 0; i < 5000; i++)
        {
            stream.Reserve(1712, i * 1920L);
            stream.Commit(new StoredPacket { Sequence = i, ArrivalUs = i * 1920L, PayloadLength = 1200 });
        }

        Assert.True(stream[stream.Head - 1].ArrivalUs - stream[stream.Tail].ArrivalUs >= LayerStream.RetainUs);
        Assert.InRange(stream.Capacity, 600_000, 2 * 1024 * 1024);
    }

    [Fact]
    public void The_ring_keeps_to_its_limit_and_a_packet_twice_as_new_wins()
    {
        var stream = new LayerStream(48_000, 1024, 4096);
        for (var i = 0; i < 1000; i++)
        {
            stream.Reserve(500, 0);
            stream.Commit(new StoredPacket { Sequence = i, PayloadLength = 500 });
        }

        Assert.Equal(4096, stream.Capacity);
        Assert.True(stream.Holds(999));
        Assert.False(stream.Holds(900));
    }
}
