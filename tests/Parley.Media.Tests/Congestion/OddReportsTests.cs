// Reports that are no help, or wrong: a limit and nothing else, losses of what was never sent, clocks that jump. None of them may move anything out of bounds.
using Parley.Media.Rtcp;
using Parley.Media.Tests.Network;

namespace Parley.Media.Tests.Congestion;

public sealed class OddReportsTests(ITestOutputHelper output)
{
    private const long Least = 40_000;
    private const long Most = 100_000_000;

    private static readonly LinkConditions Wide = new() { Delay = TimeSpan.FromMilliseconds(25), RateBps = 20_000_000 };

    [Theory]
    [InlineData(700_000)]
    [InlineData(300_000)]
    public void A_limit_without_any_other_report_is_kept(long limit) => NetworkSeed.Run(51, seed =>
    {
        using var call = new LayeredCall(seed, Wide, new CallPlan { Reports = ReportKind.Nothing });
        call.Run(2);
        Assert.Equal(2, call.Subscriber.Video.CurrentLayer);
        var ticks = 0;
        void Limit()
        {
            if (ticks++ % 1000 == 0)
                call.Subscriber.Virtual.SendRtcp((ref RtcpWriter writer) => Assert.True(writer.TryReceiverEstimate(1, limit, [1000])));
        }

        call.Run(10, Limit);
        var before = call.Subscriber.BytesArrived;
        call.Run(20, () =>
        {
            Limit();
            AssertBounded(call);
        });
        // One that is not met may be one that only follows what is sent: now and then a little more is tried.
        Assert.InRange((call.Subscriber.BytesArrived - before) * 8 / 20, 150_000, limit * 1.1);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public void A_limit_that_cannot_be_meant_stays_within_bounds(long limit) => NetworkSeed.Run(52, seed =>
    {
        using var call = new LayeredCall(seed, Wide, new CallPlan { Reports = ReportKind.Nothing });
        // Before anything is sent, and after.
        for (var second = 0; second < 5; second++)
        {
            call.Subscriber.Virtual.SendRtcp((ref RtcpWriter writer) => Assert.True(writer.TryReceiverEstimate(1, limit, [1000])));
            call.Run(1, () => AssertBounded(call));
        }

        Assert.Equal(limit < Least ? Least : 0, call.Subscriber.Peer.EstimateBps);
    });

    [Fact]
    public void Losses_of_what_was_never_sent_stay_within_bounds_and_are_got_over() => NetworkSeed.Run(53, seed =>
    {
        using var call = new LayeredCall(seed, Wide, new CallPlan { Reports = ReportKind.Losses });
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var block = new ReportBlock(
                random.Next(3) == 0 ? 9000u : 1000u, (byte)random.Next(256), random.Next(-0x80_0000, 0x7F_FFFF), (uint)random.NextInt64(1L << 32),
                (uint)random.NextInt64(1L << 32), (uint)random.NextInt64(1L << 32), (uint)random.NextInt64(1L << 32));
            call.Subscriber.Virtual.SendRtcp((ref RtcpWriter writer) => Assert.True(writer.TryReceiverReport(1, [block])));
            call.Run(0.05, () => AssertBounded(call));
        }

        Assert.InRange(call.TimeUntil(60, () => call.Subscriber.Video.CurrentLayer == 2), 0, 60);
    });

    [Theory]
    [InlineData(3_600_000_000)]
    [InlineData(-3_600_000_000)]
    [InlineData(2_000_000)]
    [InlineData(-2_000_000)]
    [InlineData(30_000)]
    [InlineData(-30_000)]
    public void A_jump_of_the_receivers_clock_is_got_over(long jumpUs) => NetworkSeed.Run(54, seed =>
    {
        using var call = new LayeredCall(seed, Wide with { RateBps = 2_500_000 }, new CallPlan { Videos = 2 });
        call.Subscriber.ClockOffsetUs = 7_200_000_000;
        call.Run(15);
        call.Subscriber.ClockOffsetUs += jumpUs;
        var least = long.MaxValue;
        call.Run(1, () => AssertBounded(call));
        var again = call.TimeUntil(45, () => (least = Math.Min(least, call.Subscriber.Peer.EstimateBps)) > 0 && call.Subscriber.Peer.EstimateBps >= 2_000_000);
        output.WriteLine($"{jumpUs / 1000} ms: 80 % again after {again + 1:F1} s");
        Assert.InRange(again, 0, 45);
        Assert.InRange(call.Mean(20, () => call.Subscriber.Peer.EstimateBps) / 2_500_000, 0.8, 1.0);
    });

    private static void AssertBounded(LayeredCall call)
    {
        if (call.Subscriber.Peer.EstimateBps is not 0 and var estimate)
            Assert.InRange(estimate, Least, Most);
        Assert.InRange(call.Subscriber.Peer.LongestPacingWaitUs, 0, 100_000);
    }
}
