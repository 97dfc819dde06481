// The estimate finds the smaller of what the link carries and what is wanted.
using Parley.Media.Tests.Network;

namespace Parley.Media.Tests.Bandwidth;

public sealed class ConvergenceTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(150_000, 2_500_000)]
    [InlineData(300_000, 2_500_000)]
    [InlineData(600_000, 2_500_000)]
    [InlineData(1_000_000, 2_500_000)]
    [InlineData(2_500_000, 5_000_000)]
    [InlineData(5_000_000, 20_000_000)]
    [InlineData(10_000_000, 25_000_000)]
    [InlineData(20_000_000, 25_000_000)]
    [InlineData(20_000_000, 1_500_000)]
    [InlineData(20_000_000, 8_000_000)]
    public void The_estimate_reaches_the_link_or_what_is_wanted_within_ten_seconds(long link, long wanted) => NetworkSeed.Run(1, seed =>
    {
        var call = new BandwidthCall(
            seed, new LinkConditions { RateBps = link, Delay = TimeSpan.FromMilliseconds(25) }, new SubscriberPlan { WantedBps = wanted }).RunUntil(60);
        var aim = Math.Min(link, wanted);
        var reached = call.FirstTime(0, sample => Math.Min(sample.TargetBps, wanted) >= 0.8 * aim);
        var estimate = call.Mean(10, 60, sample => Math.Min(sample.TargetBps, wanted)) / aim;
        output.WriteLine(
            $"link {link / 1000,6} wanted {wanted / 1000,6} kbit/s: 80 % at {reached:F1} s, estimate {estimate:P0}, arrived "
            + $"{call.Mean(10, 60, sample => sample.ArrivedBps) / aim:P0}, queue mean {call.Mean(10, 60, sample => sample.QueueUs) / 1000:F0} ms, most "
            + $"{call.Most(10, 60, sample => sample.QueueUs) / 1000:F0} ms (start {call.Most(0, 10, sample => sample.QueueUs) / 1000:F0}), padding "
            + $"{call.Mean(0, 60, sample => sample.PaddingBps) / aim:P1}, paced {call.Subscribers[0].LongestPacedUs / 1000} ms, dropped {call.Down.Dropped}");
        Assert.InRange(reached, 0, 10);
        Assert.InRange(estimate, 0.8, 1.0);
    });
}
