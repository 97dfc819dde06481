// One writes, one reads: nothing is lost, changed or overtaken, and what does not fit is refused.
using Parley.Media.Relay;

namespace Parley.Media.Tests.Relay;

public sealed class RecordRingTests
{
    [Fact]
    public void It_is_bounded_and_takes_no_memory_before_it_is_used()
    {
        var ring = new RecordRing(1024);
        Assert.True(ring.IsEmpty);
        Assert.False(ring.TryPeek(out _));
        var written = 0;
        while (ring.TryReserve(100, out var room))
        {
            room.Fill((byte)++written);
            ring.Commit(100);
        }

        Assert.Equal(1024 / 112, written);
        for (var i = 1; i <= written; i++)
        {
            Assert.True(ring.TryPeek(out var record));
            Assert.Equal((100, -1), (record.Length, record.IndexOfAnyExcept((byte)i)));
            ring.Release();
        }

        Assert.True(ring.IsEmpty);
        Assert.False(ring.TryReserve(1017, out _));
    }

    [Fact]
    public void A_shorter_record_than_was_reserved_may_be_committed()
    {
        var ring = new RecordRing(256);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(ring.TryReserve(100, out var room));
            room[0] = (byte)i;
            ring.Commit(1 + i % 50);
            Assert.True(ring.TryPeek(out var record));
            Assert.Equal((1 + i % 50, (byte)i), (record.Length, record[0]));
            ring.Release();
        }
    }

    [Theory, InlineData(65), InlineData(32), InlineData(0)]
    public void Its_capacity_is_a_power_of_two(int capacity) => Assert.ThrowsAny<ArgumentException>(() => new RecordRing(capacity));

    [Fact]
    public void Two_threads_pass_everything_on_in_order()
    {
        const int count = 200_000;
        var ring = new RecordRing(4096);
        var writer = new Thread(() =>
        {
            for (var i = 0; i < count;)
            {
                var length = 4 + i * 7 % 1200;
                if (!ring.TryReserve(length, out var room))
                {
                    Thread.Yield();
                    continue;
                }

                BitConverter.TryWriteBytes(room, i);
                room[4..].Fill((byte)i);
                ring.Commit(length);
                i++;
            }
        });
        writer.Start();
        for (var i = 0; i < count;)
        {
            if (!ring.TryPeek(out var record))
            {
                Thread.Yield();
                continue;
            }

            Assert.Equal((4 + i * 7 % 1200, i), (record.Length, BitConverter.ToInt32(record)));
            Assert.Equal(-1, record[4..].IndexOfAnyExcept((byte)i));
            ring.Release();
            i++;
        }

        writer.Join();
        Assert.True(ring.IsEmpty);
    }
}
