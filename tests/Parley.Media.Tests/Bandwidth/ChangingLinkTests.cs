// The link changes in the middle of the call: halves, grows, is gone for a while, gets longer.
using Parley.Media.Bandwidth;
using Parley.Media.Tests.Network;

namespace Parley.Media.Tests.Bandwidth;

public sealed class ChangingLinkTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(25);

    [Theory]
    [InlineData(300_000)]
    [InlineData(1_000_000)]
    [InlineData(4_000_000)]
    [InlineData(20_000_000)]
    public void The_estimate_yields_within_two_seconds_when_the_link_halves(long link) => NetworkSeed.Run(2, seed =>
    {
        var before = new LinkConditions { RateBps = link, Delay = Delay, Queue = TimeSpan.FromSeconds(1) };
        var call = new BandwidthCall(seed, before, new SubscriberPlan { WantedBps = 25_000_000 });
        call.Down.ChangeAt(30_000_000, before with { RateBps = link / 2 });
        call.RunUntil(60);
        var yields = call.FirstTime(30, sample => sample.TargetBps <= link / 2) - 30;
        var drained = call.FirstTime(30.2, sample => sample.QueueUs < 150_000) - 30;
        output.WriteLine(
            $"link {link / 1000,6} → {link / 2000,6} kbit/s: yields after {yields:F1} s, queue most {call.Most(30, 60, sample => sample.QueueUs) / 1000:F0} ms, "
            + $"below 150 ms after {drained:F1} s, then estimate {call.Mean(34, 60, sample => sample.TargetBps) / (link / 2):P0}");
        Assert.InRange(yields, 0, 2);
        Assert.InRange(drained, 0, 3);
        Assert.InRange(call.Mean(34, 60, sample => sample.TargetBps) / (link / 2), 0.8, 1.0);
    });

    [Theory]
    [InlineData(500_000, 2_000_000)]
    [InlineData(1_000_000, 10_000_000)]
    [InlineData(5_000_000, 20_000_000)]
    public void A_link_that_grows_is_filled_again(long less, long more) => NetworkSeed.Run(3, seed =>
    {
        var before = new LinkConditions { RateBps = less, Delay = Delay };
        var call = new BandwidthCall(seed, before, new SubscriberPlan { WantedBps = 25_000_000 });
        call.Down.ChangeAt(30_000_000, before with { RateBps = more });
        call.RunUntil(60);
        var filled = call.FirstTime(30, sample => sample.TargetBps > more * 0.8) - 30;
        output.WriteLine($"link {less / 1000,6} → {more / 1000,6} kbit/s: 80 % after {filled:F1} s");
        Assert.InRange(filled, 0, 12);
    });

    [Theory]
    [InlineData(1_000_000, true)]
    [InlineData(5_000_000, true)]
    [InlineData(5_000_000, false)]
    [InlineData(20_000_000, true)]
    public void The_estimate_recovers_after_ten_seconds_of_nothing(long link, bool bothWays) => NetworkSeed.Run(4, seed =>
    {
        var call = new BandwidthCall(seed, new LinkConditions { RateBps = link, Delay = Delay }, new SubscriberPlan { WantedBps = 25_000_000 });
        call.Down.BlackOut(30_000_000, TimeSpan.FromSeconds(10));
        if (bothWays)
            call.Up.BlackOut(30_000_000, TimeSpan.FromSeconds(10));
        call.RunUntil(60);
        var low = call.Samples().First(sample => sample.TimeUs >= 39_900_000).TargetBps;
        var recovered = call.FirstTime(40, sample => sample.TargetBps > link * 0.8 && sample.ArrivedBps > link * 0.6) - 40;
        output.WriteLine($"link {link / 1000,6} kbit/s, both ways {bothWays}: {low / 1000} kbit/s at the end of it, 80 % again {recovered:F1} s after it");
        Assert.InRange(low, 0, 100_000);
        Assert.InRange(recovered, 0, 5);
    });

    [Fact]
    public void A_longer_way_is_not_taken_for_a_queue() => NetworkSeed.Run(5, seed =>
    {
        var before = new LinkConditions { RateBps = 4_000_000, Delay = Delay };
        var call = new BandwidthCall(seed, before, new SubscriberPlan { WantedBps = 3_000_000 });
        call.Down.ChangeAt(30_000_000, before with { Delay = Delay + TimeSpan.FromMilliseconds(60) });
        call.RunUntil(60);
        var recovered = call.FirstTime(30.5, sample => sample.TargetBps > 2_500_000) - 30;
        output.WriteLine($"60 ms longer at 3 of 4 Mbit/s: least {call.Samples().Where(s => s.TimeUs > 30_000_000).Min(s => s.TargetBps) / 1000} kbit/s, again above 2500 after {recovered:F1} s");
        Assert.InRange(recovered, 0, 6);
        Assert.InRange(call.Mean(36, 60, sample => Math.Min(sample.TargetBps, 3_000_000)), 2_700_000, 3_000_000);
    });
}
