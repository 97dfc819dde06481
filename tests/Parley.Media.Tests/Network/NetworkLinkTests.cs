// The simulator does what its conditions say, and the same again with the same seed.
namespace Parley.Media.Tests.Network;

public sealed class NetworkLinkTests
{
    [Fact]
    public void The_rate_and_the_delay_are_kept()
    {
        var link = new NetworkLink(1, new LinkConditions { RateBps = 1_000_000, Delay = TimeSpan.FromMilliseconds(40), Queue = TimeSpan.FromSeconds(2) });
        var arrivals = Exchange(link, 100, 0, 972);
        Assert.Equal(100, arrivals.Count);
        Assert.Equal(48_000, arrivals[0].Us);
        Assert.Equal(840_000, arrivals[^1].Us);
    }

    [Fact]
    public void A_full_queue_drops_what_comes_last()
    {
        var link = new NetworkLink(1, new LinkConditions { RateBps = 1_000_000, QueueBytes = 10_000 });
        Assert.Equal(Enumerable.Range(0, 10), Exchange(link, 30, 0, 972).Select(arrival => (int)arrival.Number));
        Assert.Equal(20, link.Dropped);
    }

    [Fact]
    public void A_change_of_rate_reaches_what_waits()
    {
        var before = new LinkConditions { RateBps = 1_000_000, Queue = TimeSpan.FromSeconds(2), Overhead = 0 };
        var link = new NetworkLink(1, before);
        link.ChangeAt(20_000, before with { RateBps = 500_000 });
        // 2.5 datagrams at 8 ms, the rest at 16 ms.
        Assert.Equal([8_000, 16_000, 28_000, 44_000], Exchange(link, 4, 0, 1000).Select(arrival => arrival.Us));
    }

    [Fact]
    public void Nothing_passes_a_blackout()
    {
        var link = new NetworkLink(1, new LinkConditions { Delay = TimeSpan.FromMilliseconds(1) });
        link.BlackOut(100_000, TimeSpan.FromMilliseconds(200));
        var arrivals = Exchange(link, 50, 10_000, 100);
        Assert.DoesNotContain(arrivals, arrival => arrival.Number is >= 10 and < 30);
        Assert.Equal(30, arrivals.Count);
    }

    [Theory]
    [InlineData(0.05, 1)]
    [InlineData(0.05, 5)]
    [InlineData(0.2, 10)]
    public void Losses_have_their_share_and_come_in_bursts_of_their_length(double share, int burst)
    {
        var link = new NetworkLink(3, burst == 1
            ? new LinkConditions { Loss = share }
            : new LinkConditions { Bursts = GilbertElliott.Of(share, burst) });
        var arrived = Exchange(link, 60_000, 100, 100).Select(arrival => arrival.Number).ToHashSet();
        var lost = Enumerable.Range(0, 60_000).Where(number => !arrived.Contains(number)).ToList();
        Assert.InRange(lost.Count / 60_000.0, share * 0.85, share * 1.15);
        var bursts = lost.Where((number, i) => i == 0 || lost[i - 1] != number - 1).Count();
        Assert.InRange((double)lost.Count / bursts, burst * 0.85, burst * 1.2);
    }

    [Fact]
    public void Jitter_stays_in_its_bounds_and_reorders_only_when_it_may()
    {
        var calm = new LinkConditions { Delay = TimeSpan.FromMilliseconds(10), Jitter = TimeSpan.FromMilliseconds(30) };
        foreach (var mayReorder in new[] { false, true })
        {
            var arrivals = Exchange(new NetworkLink(5, calm with { JitterReorders = mayReorder }), 5000, 2000, 100);
            var delays = arrivals.Select(arrival => arrival.Us - arrival.Number * 2000).ToList();
            Assert.InRange(delays.Min(), 10_000, 12_000);
            Assert.InRange(delays.Max(), 35_000, 40_000);
            Assert.Equal(mayReorder, arrivals.Zip(arrivals.Skip(1)).Any(pair => pair.Second.Number < pair.First.Number));
        }
    }

    [Fact]
    public void Datagrams_are_doubled_and_held_back()
    {
        var arrivals = Exchange(new NetworkLink(5, new LinkConditions { Duplication = 0.1, Reordering = 0.1 }), 5000, 1000, 100);
        Assert.InRange(arrivals.Count, 5400, 5600);
        Assert.InRange(arrivals.Count(arrival => arrival.Us - arrival.Number * 1000 >= 10_000), 450, 650);
    }

    [Fact]
    public void The_same_seed_gives_the_same_and_another_gives_other()
    {
        var harsh = new LinkConditions
        {
            RateBps = 800_000,
            Loss = 0.1,
            Bursts = GilbertElliott.Of(0.05, 4),
            Jitter = TimeSpan.FromMilliseconds(20),
            JitterReorders = true,
            Duplication = 0.05,
            Reordering = 0.05,
        };
        var first = Exchange(new NetworkLink(9, harsh), 500, 5000, 400);
        Assert.Equal(first, Exchange(new NetworkLink(9, harsh), 500, 5000, 400));
        Assert.NotEqual(first, Exchange(new NetworkLink(10, harsh), 500, 5000, 400));
    }

    [Fact]
    public void A_failure_tells_its_seed()
    {
        var failure = Assert.ThrowsAny<Exception>(() => NetworkSeed.Run(77, _ => Assert.Fail("as it happens")));
        Assert.Matches("seed -?[0-9]+: as it happens", failure.Message);
    }

    // Sends datagrams at equal distances, their numbers inside, and collects what arrives.
    private static List<(long Number, long Us)> Exchange(NetworkLink link, int count, long everyUs, int size)
    {
        var arrivals = new List<(long, long)>();
        var datagram = new byte[size];
        for (var number = 0L; number < count; number++)
        {
            BitConverter.TryWriteBytes(datagram, number);
            link.Send(datagram, number * everyUs);
        }

        while (link.NextUs is var next and < long.MaxValue)
        {
            while (link.TryReceive(next, out var arrived, out var arrivalUs))
                arrivals.Add((BitConverter.ToInt64(arrived), arrivalUs));
        }

        return arrivals;
    }
}
