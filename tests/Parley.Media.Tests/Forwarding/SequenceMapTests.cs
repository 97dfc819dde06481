// The subscriber's numbers: each given once, in order, with gaps only where packets are missing.
using Parley.Media.Forwarding;

namespace Parley.Media.Tests.Forwarding;

public sealed class SequenceMapTests
{
    [Fact]
    public void What_is_left_out_leaves_no_gap()
    {
        var map = Started();
        Assert.Equal([100, 101, 102], new[] { Map(ref map, 10), Map(ref map, 11), Map(ref map, 12) });
        Assert.True(map.Drop(13));
        Assert.True(map.Drop(14));
        Assert.Equal(103, Map(ref map, 15));
        Assert.Equal(102, Map(ref map, 12));
    }

    [Fact]
    public void What_is_missing_keeps_its_place()
    {
        var map = Started();
        Map(ref map, 10);
        map.Drop(12);
        Assert.Equal(102, Map(ref map, 13));
        Assert.Equal(101, Map(ref map, 11));
        Assert.False(map.Drop(11));
    }

    [Fact]
    public void A_new_source_goes_on_above_the_old_one()
    {
        var map = Started();
        Map(ref map, 10);
        Map(ref map, 13);
        map.BeginSource(7000);
        Assert.Equal(104, Map(ref map, 7000));
        Assert.False(map.TryMap(6999, out _));
        Assert.Equal(105, Map(ref map, 7001));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6)]
    public void No_number_is_given_to_two_packets(int seed)
    {
        var random = new Random(seed);
        var map = Started();
        var given = new Dictionary<long, (int Source, long Sequence)>();
        for (var source = 0; source < 20; source++)
        {
            var next = (long)random.Next(1, 100_000);
            map.BeginSource(next);
            var late = new List<long>();
            var dropped = 0;
            for (var i = 0; i < 300; i++)
            {
                long sequence;
                if (late.Count > 0 && random.Next(3) == 0)
                {
                    sequence = late[random.Next(late.Count)];
                    late.Remove(sequence);
                }
                else
                {
                    for (; random.Next(5) == 0; next++)
                        late.Add(next);
                    sequence = next++;
                }

                if (random.Next(4) == 0)
                {
                    dropped += map.Drop(sequence) ? 1 : 0;
                    continue;
                }

                if (map.TryMap(sequence, out var number))
                    Assert.True(given.TryAdd(number, (source, sequence)), $"seed {seed}: {number} for {given[number]} and for {(source, sequence)}");
            }

            Assert.True(dropped > 0);
        }
    }

    [Fact]
    public void What_is_put_in_between_has_a_number_of_its_own_for_good()
    {
        var map = Started();
        Assert.Equal([100, 102], new[] { Map(ref map, 10), Map(ref map, 12) });
        Assert.Equal([103, 104], new[] { map.Insert(), map.Insert() });
        // What comes late keeps its place, what follows moves up, and what is left out right after takes no number back.
        Assert.Equal(101, Map(ref map, 11));
        Assert.True(map.Drop(13));
        Assert.Equal(105, map.Insert());
        Assert.Equal([106, 107], new[] { Map(ref map, 14), Map(ref map, 15) });
        map.EndSource();
        Assert.Equal(108, map.Insert());
        Assert.Equal(109, Map(ref map, 5000));
    }

    [Fact]
    public void No_number_is_given_twice_whatever_comes()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var map = Started();
            var given = new HashSet<long>();
            var late = new Queue<long>();
            for (long next = 10; next < 400;)
            {
                switch (random.Next(10))
                {
                    case 0:
                        Assert.True(given.Add(map.Insert()), $"seed {seed}: inserted twice before {next}");
                        break;
                    case 1:
                        late.Enqueue(next++);
                        break;
                    case 2 or 3:
                        map.Drop(next++);
                        break;
                    case 4 when late.TryDequeue(out var missing):
                        if (random.Next(3) == 0)
                            map.Drop(missing);
                        else if (map.TryMap(missing, out var mappedLate))
                            Assert.True(given.Add(mappedLate), $"seed {seed}: {missing} came late to {mappedLate}, which was given before");
                        break;
                    default:
                        Assert.True(map.TryMap(next, out var mapped));
                        Assert.True(given.Add(mapped), $"seed {seed}: {next} got {mapped}, which was given before");
                        next++;
                        break;
                }
            }
        }
    }

    private static SequenceMap Started()
    {
        var map = default(SequenceMap);
        map.Start(100);
        return map;
    }

    private static long Map(ref SequenceMap map, long sequence)
    {
        Assert.True(map.TryMap(sequence, out var mapped));
        return mapped;
    }

    // A publisher may jump as far as it is still followed itself; what is left out of it adds up to any distance.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void However_far_a_source_jumps_a_receiver_can_follow_and_no_number_is_given_twice(int seed)
    {
        var random = new Random(seed);
        var map = new SequenceMap();
        map.Start(77);
        var given = new HashSet<long>();
        var (source, highest) = (5L, 76L);
        for (var i = 0; i < 50_000; i++)
        {
            source += random.Next(4) == 0 ? random.Next(1, 32_768) : 1;
            long? mapped = null;
            switch (random.Next(20))
            {
                case 0:
                    mapped = map.Insert();
                    break;
                case < 12:
                    map.Drop(source);
                    break;
                case < 15 when map.TryMap(source - random.Next(1, 3000), out var late):
                    // What came before would be here already.
                    if (!given.Contains(late))
                        mapped = late;
                    break;
                case >= 15 when map.TryMap(source, out var next):
                    mapped = next;
                    break;
            }

            if (mapped is not { } number)
                continue;
            Assert.True(given.Add(number), $"{number} again");
            Assert.InRange(number - highest, -32_768, 32_767);
            highest = Math.Max(highest, number);
        }
    }
}
