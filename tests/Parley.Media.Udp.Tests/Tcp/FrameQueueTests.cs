// Whole frames in, whole frames out, whatever is dropped and however little leaves at a time.
using Parley.Media.Tests.Stage;
using Parley.Media.Udp.Tcp;
using Parley.Media.Udp.Tests.Workers;

namespace Parley.Media.Udp.Tests.Tcp;

public sealed class FrameQueueTests
{
    private const long MaxAgeUs = 1_000_000;

    private readonly TcpCounters _counters = new();

    [Fact]
    public void What_does_not_fit_is_dropped_whole()
    {
        var queue = new FrameQueue(10, MaxAgeUs, _counters);
        Assert.True(queue.TryAdd([0, 2, 1, 1], 0));
        Assert.True(queue.TryAdd([0, 4, 2, 2, 2, 2], 0));
        Assert.False(queue.TryAdd([0, 0], 0));
        Assert.Equal(1, _counters.DroppedFull);
        Assert.Equal(10, queue.Bytes);
        queue.Advance(4);
        Assert.True(queue.TryAdd([0, 1, 3], 0));
        Assert.Equal([0, 4, 2, 2, 2, 2, 0, 1, 3], Drain(queue));
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void What_has_waited_too_long_is_dropped_but_not_the_rest_of_a_frame_that_has_begun()
    {
        var queue = new FrameQueue(100, MaxAgeUs, _counters);
        queue.TryAdd([0, 4, 1, 1, 1, 1], 0);
        queue.TryAdd([0, 1, 2], 0);
        queue.TryAdd([0, 1, 3], 900_000);
        queue.Advance(3);
        Assert.Equal([1, 1, 1], queue.Next(1_500_000).ToArray());
        queue.Advance(3);
        Assert.Equal([0, 1, 3], queue.Next(1_500_000).ToArray());
        Assert.Equal(1, _counters.DroppedOld);
        Assert.True(queue.Next(9_000_000).IsEmpty);
        Assert.Equal(2, _counters.DroppedOld);
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void Room_is_made_by_what_is_too_old()
    {
        var queue = new FrameQueue(6, MaxAgeUs, _counters);
        queue.TryAdd([0, 4, 1, 1, 1, 1], 0);
        Assert.True(queue.TryAdd([0, 4, 2, 2, 2, 2], MaxAgeUs + 1));
        Assert.Equal([0, 4, 2, 2, 2, 2], Drain(queue, MaxAgeUs + 1));
    }

    [Fact]
    [Trait("Kind", "Fuzz")]
    public void Frames_leave_in_order_and_in_one_piece_at_any_pace() => FuzzSeeds.ForEach(3, LeaveInOrder);

    private static void LeaveInOrder(int seed)
    {
        var counters = new TcpCounters();
        var random = new Random(seed);
        var queue = new FrameQueue(997, MaxAgeUs, counters);
        var left = new List<byte>();
        var nowUs = 0L;
        var accepted = 0;
        for (var i = 0; i < 20_000; i++)
        {
            nowUs += random.Next(100_000);
            var payload = new byte[random.Next(4, 200)];
            BitConverter.TryWriteBytes(payload, i);
            payload.AsSpan(4).Fill((byte)i);
            if (queue.TryAdd(FramedTransport.Frame(payload), nowUs))
                accepted++;
            Assert.InRange(queue.Bytes, 0, 997);
            var next = queue.Next(nowUs);
            var count = random.Next(next.Length + 1);
            left.AddRange(next[..count]);
            queue.Advance(count);
        }

        left.AddRange(Drain(queue, nowUs));
        var bytes = left.ToArray().AsSpan();
        var last = -1;
        var frames = 0;
        while (!bytes.IsEmpty)
        {
            var length = bytes[0] << 8 | bytes[1];
            var number = BitConverter.ToInt32(bytes[2..]);
            Assert.True(number > last, $"Frame {number} after {last}.");
            Assert.Equal(-1, bytes[6..(2 + length)].IndexOfAnyExcept((byte)number));
            last = number;
            frames++;
            bytes = bytes[(2 + length)..];
        }

        Assert.Equal(accepted, frames + counters.DroppedOld);
        Assert.True(counters.DroppedFull > 0 && counters.DroppedOld > 0, "Nothing was dropped.");
    }

    [Fact]
    public void The_rest_of_a_frame_that_the_system_took_in_part_goes_first()
    {
        var queue = new FrameQueue(100, MaxAgeUs, _counters);
        queue.AddRest([9, 9, 9]);
        queue.TryAdd([0, 1, 1], 0);
        Assert.Equal([9, 9, 9, 0, 1, 1], Drain(queue));
    }

    private static byte[] Drain(FrameQueue queue, long nowUs = 0)
    {
        var bytes = new List<byte>();
        for (var next = queue.Next(nowUs); !next.IsEmpty; next = queue.Next(nowUs))
        {
            bytes.AddRange(next);
            queue.Advance(next.Length);
        }

        return [.. bytes];
    }
}
