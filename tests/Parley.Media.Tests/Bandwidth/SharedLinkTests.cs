// Two subscribers behind one bottleneck share it.
using Parley.Media.Tests.Network;

namespace Parley.Media.Tests.Bandwidth;

public sealed class SharedLinkTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1_000_000, 0)]
    [InlineData(1_000_000, 20)]
    [InlineData(4_000_000, 0)]
    [InlineData(4_000_000, 20)]
    [InlineData(20_000_000, 20)]
    public void Two_subscribers_share_a_bottleneck_fairly(long link, int secondStarts) => NetworkSeed.Run(11, seed =>
    {
        var call = new BandwidthCall(
            seed,
            new LinkConditions { RateBps = link, Delay = TimeSpan.FromMilliseconds(25) },
            new SubscriberPlan { WantedBps = 25_000_000 },
            new SubscriberPlan { WantedBps = 25_000_000, StartsAt = TimeSpan.FromSeconds(secondStarts) }).RunUntil(180);
        string Share(int subscriber) => string.Join(' ', Enumerable.Range(0, 9).Select(i => $"{call.Mean(i * 20, i * 20 + 20, s => s.ArrivedBps, subscriber) / link:P0}"));
        output.WriteLine($"link {link / 1000} kbit/s, second after {secondStarts} s: {Share(0)} | {Share(1)}; queue {call.Mean(60, 180, s => s.QueueUs) / 1000:F0} ms, dropped {call.Down.Dropped}");
        for (var i = 0; i < 2; i++)
            Assert.InRange(call.Mean(60, 180, sample => sample.ArrivedBps, i) / (link / 2), 0.75, 1.25);
        Assert.InRange(call.Mean(60, 180, sample => sample.ArrivedBps) + call.Mean(60, 180, sample => sample.ArrivedBps, 1), link * 0.8, link * 1.01);
    });
}
