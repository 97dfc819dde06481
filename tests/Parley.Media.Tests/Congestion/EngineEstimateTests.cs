// What the estimator's tables say holds for the whole engine: forwarding, allocation, pacing and probes together.
using Parley.Media.Tests.Network;

namespace Parley.Media.Tests.Congestion;

public sealed class EngineEstimateTests(ITestOutputHelper output)
{
    private static readonly LinkConditions Plain = new() { Delay = TimeSpan.FromMilliseconds(25) };
    private static readonly int[] Layers = [100_000, 400_000, 1_600_000];

    /// <summary>A keyframe fills even a way that its video does not: for a while what it carried then is taken for what fits, and a little is added.</summary>
    private const double MostAtOnce = 1.06;

    // A video is 1.6 Mbit/s at best, and sound comes with them.
    [Theory]
    [InlineData(150_000, 1, true)]
    [InlineData(300_000, 1, true)]
    [InlineData(300_000, 1, false)]
    [InlineData(600_000, 1, true)]
    [InlineData(1_000_000, 2, true)]
    [InlineData(1_000_000, 2, false)]
    [InlineData(2_500_000, 3, true)]
    [InlineData(5_000_000, 4, true)]
    [InlineData(10_000_000, 8, true)]
    [InlineData(10_000_000, 8, false)]
    [InlineData(20_000_000, 14, true)]
    [InlineData(20_000_000, 1, true)]
    [InlineData(20_000_000, 4, true)]
    public void The_estimate_reaches_the_link_or_what_is_wanted_within_ten_seconds(long link, int videos, bool retransmission) => NetworkSeed.Run(41, seed =>
    {
        using var call = new LayeredCall(
            seed, Plain with { RateBps = link }, new CallPlan { Videos = videos, LayersBps = Layers, Retransmission = retransmission });
        var wanted = videos * 1_600_000 + 60_000;
        var aim = Math.Min(link, wanted);
        double Share() => Math.Min(call.Subscriber.Peer.EstimateBps, wanted) / (double)aim;
        var reached = call.TimeUntil(10, () => Share() >= 0.8);
        call.Run(Math.Max(0, 10 - reached));
        var before = call.Subscriber.BytesArrived;
        var (most, sum, highest) = (0.0, 0.0, 0.0);
        var estimate = call.Mean(20, () =>
        {
            most = Math.Max(most, call.Link.QueueDelay.TotalMilliseconds);
            sum += call.Link.QueueDelay.TotalMilliseconds / 200;
            highest = Math.Max(highest, Share());
            return Share();
        });
        output.WriteLine(
            $"link {link / 1000,6} wanted {wanted / 1000,6} kbit/s, rtx {retransmission}: 80 % at {reached:F1} s, estimate {estimate:P0}, at most {highest:P0}, arrived "
            + $"{(call.Subscriber.BytesArrived - before) * 8 / 20.0 / aim:P0}, queue mean {sum:F0} most {most:F0} ms, paced {call.Subscriber.Peer.LongestPacingWaitUs / 1000} ms, dropped {call.Link.Dropped}");
        Assert.InRange(reached, 0, 10);
        Assert.InRange(estimate, 0.8, 1.0);
        Assert.InRange(highest, 0.8, MostAtOnce);
    });

    [Theory]
    [InlineData(2_500_000, 1_500_000, 3)]
    [InlineData(12_000_000, 7_000_000, 6)]
    public void Probes_show_that_less_fits_where_media_does_not_fill_the_way(long before, long after, int videos) => NetworkSeed.Run(46, seed =>
    {
        using var call = new LayeredCall(seed, Plain with { RateBps = before }, new CallPlan { Videos = videos, LayersBps = Layers });
        call.Run(15);
        call.Narrow(after);
        var lowered = call.TimeUntil(40, () => call.Subscriber.Peer.EstimateBps <= after);
        var estimate = call.Mean(20, () => call.Subscriber.Peer.EstimateBps) / after;
        output.WriteLine($"link {before / 1000} → {after / 1000} kbit/s: below it after {lowered:F1} s, then {estimate:P0}");
        Assert.InRange(lowered, 0, 40);
        Assert.InRange(estimate, 0.8, 1.0);
    });

    // A video without layers is sent whole: here it is more than the way carries, all the time.
    [Theory]
    [InlineData(600_000, 900_000)]
    [InlineData(1_000_000, 1_600_000)]
    [InlineData(5_000_000, 8_000_000)]
    public void Of_a_way_that_is_filled_no_more_is_estimated_than_it_carries(long link, int video) => NetworkSeed.Run(45, seed =>
    {
        using var call = new LayeredCall(seed, Plain with { RateBps = link }, new CallPlan { LayersBps = [video] });
        call.Run(15);
        var estimate = call.Mean(20, () => call.Subscriber.Peer.EstimateBps) / link;
        output.WriteLine($"link {link / 1000} kbit/s, video {video / 1000}: estimate {estimate:P0}, dropped {call.Link.Dropped}");
        // A third of it is lost for as long as it lasts, which holds the estimate below what is carried.
        Assert.InRange(estimate, 0.4, 1);
    });

    [Theory]
    [InlineData(1_000_000, 2)]
    [InlineData(4_000_000, 4)]
    [InlineData(10_000_000, 8)]
    public void The_estimate_yields_within_two_seconds_when_the_link_halves(long link, int videos) => NetworkSeed.Run(42, seed =>
    {
        using var call = new LayeredCall(
            seed, Plain with { RateBps = link, Queue = TimeSpan.FromSeconds(1) }, new CallPlan { Videos = videos, LayersBps = Layers });
        call.Run(20);
        call.Narrow(link / 2);
        var yields = call.TimeUntil(5, () => call.Subscriber.Peer.EstimateBps <= link / 2);
        var drained = yields + call.TimeUntil(5, () => call.Link.QueueDelay.TotalMilliseconds < 150);
        output.WriteLine($"link {link / 1000,6} → {link / 2000,6} kbit/s: yields after {yields:F1} s, queue below 150 ms after {drained:F1} s");
        Assert.InRange(yields, 0, 2);
        Assert.InRange(drained, 0, 3);
    });

    [Theory]
    [InlineData(1_000_000, 2)]
    [InlineData(5_000_000, 4)]
    public void The_estimate_survives_five_percent_of_loss(long link, int videos) => NetworkSeed.Run(43, seed =>
    {
        using var call = new LayeredCall(seed, Plain with { RateBps = link, Loss = 0.05 }, new CallPlan { Videos = videos, LayersBps = Layers });
        call.Run(15);
        var highest = 0.0;
        var estimate = call.Mean(30, () =>
        {
            highest = Math.Max(highest, call.Subscriber.Peer.EstimateBps / (double)link);
            return call.Subscriber.Peer.EstimateBps;
        }) / link;
        output.WriteLine($"5 % loss at {link / 1000} kbit/s: estimate {estimate:P0}, at most {highest:P0}");
        Assert.InRange(estimate, 0.8, 1.0);
        Assert.InRange(highest, 0.8, MostAtOnce);
    });

    [Theory]
    [InlineData(2_000_000, 2)]
    [InlineData(8_000_000, 6)]
    public void Two_subscribers_share_a_bottleneck_fairly(long link, int videos) => NetworkSeed.Run(44, seed =>
    {
        using var call = new LayeredCall(seed, Plain with { RateBps = link }, new CallPlan { Videos = videos, LayersBps = Layers, Subscribers = 2 });
        call.Run(30);
        long[] before = [.. call.Subscribers.Select(static subscriber => subscriber.BytesArrived)];
        call.Run(60);
        double[] shares = [.. call.Subscribers.Select((subscriber, i) => (subscriber.BytesArrived - before[i]) * 8 / 60.0 / link)];
        output.WriteLine($"link {link / 1000} kbit/s: {shares[0]:P0} and {shares[1]:P0}, dropped {call.Link.Dropped}");
        Assert.InRange(shares.Min() / shares.Max(), 0.95, 1);
        Assert.InRange(shares.Sum(), 0.6, 1.01);
    });
}
