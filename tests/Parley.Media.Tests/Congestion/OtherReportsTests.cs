// Subscribers that know no transport-wide feedback: their own limit, or their losses, are what there is to go by.
using Parley.Media.Tests.Network;

namespace Parley.Media.Tests.Congestion;

public sealed class OtherReportsTests
{
    private static readonly LinkConditions Wide = new() { Delay = TimeSpan.FromMilliseconds(25), RateBps = 20_000_000 };

    [Theory]
    [InlineData(5_000_000, 2)]
    [InlineData(800_000, 1)]
    [InlineData(300_000, 0)]
    public void The_receivers_own_limit_chooses_the_layer(long limit, int layer) => NetworkSeed.Run(31, seed =>
    {
        using var call = new LayeredCall(seed, Wide, new CallPlan { Reports = ReportKind.Limit, ReceiverLimitBps = limit });
        call.Run(20);
        var share = call.Mean(20, () => call.Subscriber.Video.CurrentLayer == layer ? 1 : 0);
        // A limit that is not met may be one that only follows what is sent: now and then more is tried.
        Assert.InRange(share, 0.8, 1);
    });

    [Fact]
    public void Losses_alone_lower_the_layer_and_their_end_raises_it() => NetworkSeed.Run(32, seed =>
    {
        using var call = new LayeredCall(
            seed, Wide with { RateBps = 900_000, Queue = TimeSpan.FromMilliseconds(200) }, new CallPlan { Reports = ReportKind.Losses });
        Assert.InRange(call.TimeUntil(10, () => call.Subscriber.Video.CurrentLayer < 2), 0, 10);
        call.Narrow(20_000_000);
        Assert.InRange(call.TimeUntil(60, () => call.Subscriber.Video.CurrentLayer == 2), 0, 60);
        call.Run(5);
        Assert.Equal(2, call.Subscriber.Video.CurrentLayer);
    });

    [Fact]
    public void Losses_that_do_no_harm_change_nothing() => NetworkSeed.Run(33, seed =>
    {
        using var call = new LayeredCall(seed, Wide with { Loss = 0.05 }, new CallPlan { Reports = ReportKind.Losses });
        call.Run(3);
        call.Run(20, () => Assert.Equal(2, call.Subscriber.Video.CurrentLayer));
        Assert.Equal((false, 0), (call.Subscriber.Peer.IsPaced, call.Subscriber.Peer.LongestPacingWaitUs));
    });
}
