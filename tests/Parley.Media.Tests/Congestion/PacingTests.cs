// A way that was never short holds nothing back; on one that is, keyframes are spread.
using Parley.Media.Tests.Network;

namespace Parley.Media.Tests.Congestion;

public sealed class PacingTests
{
    [Theory]
    [InlineData(true, ReportKind.Arrivals)]
    [InlineData(false, ReportKind.Arrivals)]
    [InlineData(false, ReportKind.Losses)]
    [InlineData(false, ReportKind.Nothing)]
    public void On_a_wide_way_every_frame_leaves_in_the_turn_in_which_it_came(bool retransmission, object reports) => NetworkSeed.Run(21, seed =>
    {
        // 26 frames of ten packets a second, and keyframes of a hundred: from the first on.
        using var call = new LayeredCall(
            seed,
            new LinkConditions { Delay = TimeSpan.FromMilliseconds(1), RateBps = 1_000_000_000 },
            new CallPlan { LayersBps = [2_288_000], FramesPerSecond = 26, KeyframeFactor = 10, Retransmission = retransmission, Reports = (ReportKind)reports, Sound = false });
        var ticks = 0;
        call.Run(20, () =>
        {
            Assert.Equal(0, call.Subscriber.Video.BytesWaiting);
            if (++ticks % 2000 == 0)
                call.WantKeyframes();
        });
        Assert.Equal((false, 0), (call.Subscriber.Peer.IsPaced, call.Subscriber.Peer.LongestPacingWaitUs));
        // Each frame at one time: 26 a second, and ten of them larger.
        Assert.InRange(call.Subscriber.SentUs.Distinct().Count(), 20 * 26 - 2, 20 * 26 + 2);
        Assert.Equal(call.Subscriber.Video.PacketsSent, call.Subscriber.Sent.Count);
        if ((ReportKind)reports == ReportKind.Arrivals)
            Assert.InRange(call.Subscriber.Peer.EstimateBps, 3_000_000, 10_000_000);
    });

    [Fact]
    public void On_a_narrow_way_a_keyframe_is_spread_and_an_ordinary_frame_is_not() => NetworkSeed.Run(22, seed =>
    {
        using var call = new LayeredCall(
            seed,
            new LinkConditions { Delay = TimeSpan.FromMilliseconds(25), RateBps = 1_000_000, Queue = TimeSpan.FromMilliseconds(500) },
            new CallPlan { KeyframeFactor = 10 });
        call.Run(10);
        Assert.Equal((true, 1), (call.Subscriber.Peer.IsPaced, call.Subscriber.Video.CurrentLayer));
        call.Run(5, () => Assert.Equal(0, call.Subscriber.Video.BytesWaiting));

        var from = call.Subscriber.SentUs.Count;
        call.WantKeyframes();
        call.Run(0.15);
        // Twenty packets, over some tens of milliseconds: no more at once than the bucket holds.
        var atOnce = call.Subscriber.SentUs.Skip(from).GroupBy(static us => us).Max(static turn => turn.Count());
        Assert.InRange(atOnce, 2, 14);
        Assert.InRange(call.Subscriber.Peer.LongestPacingWaitUs, 5_000, 65_000);
        Assert.Equal(0, call.Subscriber.Video.BytesWaiting);
    });
}
