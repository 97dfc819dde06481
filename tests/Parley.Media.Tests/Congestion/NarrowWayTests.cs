// A publisher of three layers and a subscriber behind a narrow way: the engine finds what the way carries, sends the layer that fits, and keeps queues short.
using Parley.Media.Tests.Network;

namespace Parley.Media.Tests.Congestion;

public sealed class NarrowWayTests
{
    private static readonly LinkConditions Good = new() { Delay = TimeSpan.FromMilliseconds(25), RateBps = 3_000_000, Queue = TimeSpan.FromMilliseconds(500) };

    [Fact]
    public void The_layer_that_fits_is_found_left_and_found_again() => NetworkSeed.Run(1, seed =>
    {
        using var call = new LayeredCall(seed, Good);
        call.Run(10);
        Assert.Equal(2, call.Subscriber.Video.CurrentLayer);
        Assert.InRange(call.Subscriber.Peer.EstimateBps, 1_700_000, 3_500_000);

        call.Narrow(900_000);
        call.Run(4);
        Assert.Equal(1, call.Subscriber.Video.CurrentLayer);
        Assert.InRange(call.Subscriber.Peer.EstimateBps, 500_000, 950_000);
        Assert.InRange(call.Link.QueueDelay.TotalMilliseconds, 0, 150);

        call.Narrow(400_000);
        call.Run(5);
        Assert.Equal(0, call.Subscriber.Video.CurrentLayer);

        call.Narrow(3_000_000);
        call.Run(25);
        Assert.Equal(2, call.Subscriber.Video.CurrentLayer);
    });

    [Fact]
    public void Sound_goes_on_where_no_picture_fits_and_the_picture_comes_back() => NetworkSeed.Run(2, seed =>
    {
        using var call = new LayeredCall(seed, Good with { RateBps = 120_000 });
        call.Run(10);
        var before = call.Subscriber.SoundHeard;
        call.Run(10);
        Assert.True(call.Subscriber.Video.IsHeldBack);
        Assert.InRange(call.Subscriber.SoundHeard - before, 480, 500);
        Assert.InRange(call.Link.QueueDelay.TotalMilliseconds, 0, 200);

        call.Narrow(3_000_000);
        Assert.InRange(call.TimeUntil(30, () => call.Subscriber.Video.CurrentLayer == 2 && !call.Subscriber.Video.IsHeldBack), 0, 30);
    });

    [Fact]
    public void What_cannot_be_made_smaller_is_sent_whole_and_only_its_keyframes_wait() => NetworkSeed.Run(3, seed =>
    {
        // Whatever the estimate, the engine is not where it piles up.
        using var call = new LayeredCall(
            seed, Good with { RateBps = 700_000, Queue = TimeSpan.FromMilliseconds(300) }, new CallPlan { LayersBps = [1_500_000], Sound = false });
        call.Run(2);
        call.Run(8, () => Assert.Equal(0, call.Subscriber.Video.BytesWaiting));
        Assert.True(call.Subscriber.Peer.IsPaced);
        Assert.InRange(call.Subscriber.Video.PacketsSent, 10 * 30 * 6 - 24, 10 * 30 * 6 + 24);
        call.WantKeyframes();
        call.Run(0.2);
        Assert.Equal((0, 0), (call.Subscriber.Video.PacketsMissed, call.Subscriber.Video.BytesWaiting));
        Assert.InRange(call.Subscriber.Peer.LongestPacingWaitUs, 5_000, 65_000);
    });

    [Fact]
    public void Who_never_reports_is_sent_everything() => NetworkSeed.Run(4, seed =>
    {
        using var call = new LayeredCall(seed, new LinkConditions());
        call.Subscriber.IsMute = true;
        call.Run(5);
        Assert.Equal((2, 0), (call.Subscriber.Video.CurrentLayer, call.Subscriber.Peer.EstimateBps));
        Assert.Equal(0, call.Subscriber.Peer.LongestPacingWaitUs);
    });

    [Fact]
    public void One_of_two_pictures_is_left_out_where_both_do_not_fit() => NetworkSeed.Run(5, seed =>
    {
        using var call = new LayeredCall(seed, Good with { RateBps = 1_000_000 }, new CallPlan { Videos = 2, LayersBps = [600_000] });
        call.Subscriber.Videos[1].Priority = Media.Bandwidth.LayerPriority.Pinned;
        call.Run(12);
        Assert.Equal((true, false), (call.Subscriber.Videos[0].IsHeldBack, call.Subscriber.Videos[1].IsHeldBack));
        Assert.InRange(call.Link.QueueDelay.TotalMilliseconds, 0, 150);
        call.Narrow(4_000_000);
        Assert.InRange(call.TimeUntil(30, () => !call.Subscriber.Videos[0].IsHeldBack), 0, 30);
    });
}
