// Loss, jitter, short queues and long ways: none of them is a reason to collapse.
using Parley.Media.Tests.Network;

namespace Parley.Media.Tests.Bandwidth;

public sealed class HarshLinkTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(25);

    public static TheoryData<string, long, double> Links => new()
    {
        { "5 % loss", 1_000_000, 0.75 },
        { "5 % loss", 5_000_000, 0.75 },
        { "5 % loss", 20_000_000, 0.75 },
        { "10 % loss", 2_000_000, 0.7 },
        { "5 % loss in bursts of 5", 2_000_000, 0.65 },
        { "30 ms jitter", 300_000, 0.7 },
        { "30 ms jitter", 1_000_000, 0.75 },
        { "30 ms jitter", 5_000_000, 0.75 },
        { "30 ms jitter", 20_000_000, 0.75 },
        { "30 ms jitter, reordering", 2_000_000, 0.75 },
        { "5 % loss and 30 ms jitter", 2_000_000, 0.7 },
        // Shorter than a frame takes: each frame's end is lost when the link is full.
        { "queue of 20 ms", 2_000_000, 0.5 },
        { "queue of 20 ms", 10_000_000, 0.5 },
        { "queue of 50 ms", 10_000_000, 0.7 },
        { "queue of 50 ms", 1_000_000, 0.7 },
        { "2 % loss", 10_000_000, 0.8 },
        { "250 ms delay", 2_000_000, 0.75 },
        { "duplicates and reordering", 2_000_000, 0.8 },
        { "2 s queue", 2_000_000, 0.8 },
    };

    [Theory]
    [MemberData(nameof(Links))]
    public void The_estimate_holds_on_a_harsh_link(string kind, long link, double least) => NetworkSeed.Run(7, seed =>
    {
        var conditions = Conditions(kind) with { RateBps = link };
        var call = new BandwidthCall(seed, conditions, new SubscriberPlan { WantedBps = 25_000_000 }).RunUntil(90);
        var estimate = call.Mean(15, 90, sample => sample.TargetBps) / link;
        output.WriteLine(
            $"{kind,-28} link {link / 1000,6} kbit/s: 80 % at {call.FirstTime(0, s => s.TargetBps > link * 0.8):F1} s, estimate {estimate:P0}, least "
            + $"{call.Samples().Where(s => s.TimeUs > 15e6).Min(s => s.TargetBps) / (double)link:P0}, queue mean {call.Mean(15, 90, s => s.QueueUs) / 1000:F0} most "
            + $"{call.Most(15, 90, s => s.QueueUs) / 1000:F0} ms, dropped {call.Down.Dropped / (double)(call.Down.Dropped + call.Down.Delivered):P1}");
        Assert.InRange(estimate, least, 1.1);
        Assert.InRange(call.Mean(15, 90, sample => sample.QueueUs), 0, 100_000);
    });

    private static LinkConditions Conditions(string kind)
    {
        var plain = new LinkConditions { Delay = Delay };
        return kind switch
        {
            "5 % loss" => plain with { Loss = 0.05 },
            "10 % loss" => plain with { Loss = 0.10 },
            "5 % loss in bursts of 5" => plain with { Bursts = GilbertElliott.Of(0.05, 5) },
            "30 ms jitter" => plain with { Jitter = TimeSpan.FromMilliseconds(30) },
            "30 ms jitter, reordering" => plain with { Jitter = TimeSpan.FromMilliseconds(30), JitterReorders = true },
            "5 % loss and 30 ms jitter" => plain with { Loss = 0.05, Jitter = TimeSpan.FromMilliseconds(30) },
            "2 % loss" => plain with { Loss = 0.02 },
            "queue of 50 ms" => plain with { Queue = TimeSpan.FromMilliseconds(50) },
            "queue of 20 ms" => plain with { Queue = TimeSpan.FromMilliseconds(20) },
            "250 ms delay" => plain with { Delay = TimeSpan.FromMilliseconds(250) },
            "duplicates and reordering" => plain with { Duplication = 0.03, Reordering = 0.05 },
            "2 s queue" => plain with { Queue = TimeSpan.FromSeconds(2) },
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such link."),
        };
    }
}
