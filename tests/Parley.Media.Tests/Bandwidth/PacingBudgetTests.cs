// The pacer's bucket: open as long as the rate allows, and no backlog waits longer than it may.
using Parley.Media.Bandwidth;

namespace Parley.Media.Tests.Bandwidth;

public sealed class PacingBudgetTests
{
    [Fact]
    public void An_ordinary_frame_never_waits()
    {
        // 2 Mbit/s at 30 frames a second: 8.3 kB.
        var budget = new PacingBudget(2_000_000);
        for (var frame = 0; frame < 300; frame++)
        {
            var nowUs = 1_000_000 + frame * 33_333L;
            for (var bytes = 0; bytes < 8300; bytes += 1150)
            {
                Assert.True(budget.IsOpen(nowUs));
                budget.Charge(1150, nowUs);
            }
        }
    }

    [Theory]
    [InlineData(300_000, 20_000)]
    [InlineData(1_000_000, 60_000)]
    [InlineData(10_000_000, 200_000)]
    public void A_keyframe_is_spread_over_some_tens_of_milliseconds(long target, int keyframe)
    {
        var budget = new PacingBudget(target);
        var (nowUs, left, atOnce) = (5_000_000L, keyframe, 0);
        while (left > 0)
        {
            budget.SetBacklog(left);
            for (; left > 0 && budget.IsOpen(nowUs); left -= 1200)
            {
                budget.Charge(1200, nowUs);
                atOnce += nowUs == 5_000_000 ? 1200 : 0;
            }

            if (left > 0)
                nowUs = Math.Max(nowUs + 1, budget.OpenUs);
        }

        Assert.InRange(nowUs - 5_000_000, 10_000, PacingBudget.MostWaitUs);
        Assert.InRange(atOnce, 1200, keyframe / 2);
    }

    [Fact]
    public void A_backlog_leaves_at_the_pacing_rate()
    {
        var budget = new PacingBudget(1_000_000);
        var nowUs = 0L;
        var sent = 0;
        for (; nowUs < 1_000_000; nowUs = Math.Max(nowUs + 1, budget.OpenUs))
        {
            for (; budget.IsOpen(nowUs); sent += 1000)
                budget.Charge(1000, nowUs);
        }

        // 2.5 Mbit for a second, and the burst of 30 ms.
        Assert.InRange(sent * 8.0, 2_570_000, 2_600_000);
    }

    [Fact]
    public void A_probe_lifts_the_rate_while_it_lasts()
    {
        var budget = new PacingBudget(1_000_000);
        budget.SetTarget(1_000_000, 6_000_000);
        Assert.Equal(6_000_000, budget.RateBps);
        budget.SetTarget(1_000_000);
        Assert.Equal(2_500_000, budget.RateBps);
        budget.SetBacklog(100_000);
        Assert.True(budget.RateBps > 10_000_000);
        budget.SetBacklog(0);
        Assert.Equal(2_500_000, budget.RateBps);
    }
}
