// A subscriber without sound: where no picture is sent, nothing is, and nothing is reported. The picture comes back all the same.
using Parley.Media.Rtcp;
using Parley.Media.Tests.Network;

namespace Parley.Media.Tests.Congestion;

public sealed class SoundlessTests(ITestOutputHelper output)
{
    private static readonly LinkConditions Good = new() { Delay = TimeSpan.FromMilliseconds(25), RateBps = 3_000_000, Queue = TimeSpan.FromMilliseconds(500) };
    private static readonly CallPlan Soundless = new() { Sound = false };

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(25)]
    public void After_nothing_came_through_the_picture_is_back_at_once_and_soon_whole(double seconds) => NetworkSeed.Run(91, seed =>
    {
        using var call = new LayeredCall(seed, Good, Soundless);
        call.Run(10);
        Assert.Equal(2, call.Subscriber.Video.CurrentLayer);
        call.Link.ChangeAt(call.NowUs, Good with { IsDown = true });
        call.Run(seconds);
        call.Link.ChangeAt(call.NowUs, Good);
        var before = call.Subscriber.PicturesSeen;
        var back = call.TimeUntil(20, () => call.Subscriber.PicturesSeen >= before + 5);
        var whole = back + call.TimeUntil(60, () => call.Subscriber.Video is { CurrentLayer: 2, IsHeldBack: false });
        output.WriteLine($"after {seconds} s of nothing: picture after {back:F2} s, whole after {whole:F1} s");
        Assert.InRange(back, 0, 1);
        Assert.InRange(whole, 0, 12);
    });

    [Fact]
    public void Who_is_not_heard_for_a_while_sees_a_picture_all_the_time() => NetworkSeed.Run(92, seed =>
    {
        using var call = new LayeredCall(seed, Good, Soundless);
        call.Run(10);
        call.Subscriber.IsMute = true;
        call.Run(4);
        var before = call.Subscriber.Video.PacketsSent;
        call.Run(10);
        Assert.InRange(call.Subscriber.Video.PacketsSent - before, 280, 350);
        Assert.Equal(0, call.Subscriber.Video.CurrentLayer);
        call.Subscriber.IsMute = false;
        before = call.Subscriber.Video.PacketsSent;
        call.Run(1);
        Assert.InRange(call.Subscriber.Video.PacketsSent - before, 28, 300);
        var whole = call.TimeUntil(60, () => call.Subscriber.Video is { CurrentLayer: 2, IsHeldBack: false });
        output.WriteLine($"whole {whole + 1:F1} s after it was heard again");
        Assert.InRange(whole, 0, 12);
    });

    [Theory]
    [InlineData(120_000, 5, 1, true)]
    [InlineData(120_000, 20, 1, true)]
    [InlineData(120_000, 60, 1, true)]
    [InlineData(60_000, 20, 1, true)]
    // Probes are padding then.
    [InlineData(120_000, 20, 1, false)]
    [InlineData(60_000, 20, 3, false)]
    public void After_a_way_too_narrow_for_any_picture_it_comes_back(long narrowBps, double seconds, int videos, bool retransmission) => NetworkSeed.Run(93, seed =>
    {
        using var call = new LayeredCall(seed, Good with { RateBps = videos * Good.RateBps }, Soundless with { Videos = videos, Retransmission = retransmission });
        call.Run(10);
        call.Narrow(narrowBps);
        call.Run(seconds - 2);
        var queue = call.Mean(2, () => call.Link.QueueDelay.TotalMilliseconds);
        Assert.True(call.Subscriber.Video.IsHeldBack);
        call.Narrow(videos * Good.RateBps);
        var before = call.Subscriber.PicturesSeen;
        var back = call.TimeUntil(60, () => call.Subscriber.PicturesSeen >= before + 5);
        var whole = back + call.TimeUntil(60, () => call.Subscriber.Video is { CurrentLayer: 2, IsHeldBack: false });
        output.WriteLine($"after {seconds} s of {narrowBps / 1000} kbit/s, queue {queue:F0} ms: picture after {back:F2} s, whole after {whole:F1} s");
        Assert.InRange(back, 0, 10);
        Assert.InRange(whole, 0, 30);
    });

    [Fact]
    public void Of_two_pictures_without_sound_one_is_back_at_once_and_the_other_soon() => NetworkSeed.Run(94, seed =>
    {
        using var call = new LayeredCall(seed, Good, Soundless with { Videos = 2, LayersBps = [600_000] });
        call.Subscriber.Videos[1].Priority = Media.Bandwidth.LayerPriority.Pinned;
        call.Run(10);
        call.Link.ChangeAt(call.NowUs, Good with { IsDown = true });
        call.Run(10);
        Assert.Equal((true, false), (call.Subscriber.Videos[0].IsHeldBack, call.Subscriber.Videos[1].IsHeldBack));
        call.Link.ChangeAt(call.NowUs, Good);
        var both = call.TimeUntil(60, () => !call.Subscriber.Videos[0].IsHeldBack && !call.Subscriber.Videos[1].IsHeldBack);
        output.WriteLine($"both after {both:F1} s");
        Assert.InRange(both, 0, 12);
    });

    [Theory]
    [InlineData(false)]
    // What it said before, twice a second, as it is in every report of some receivers.
    [InlineData(true)]
    public void Who_reports_losses_is_sent_a_picture_again(bool repeatsLimit) => NetworkSeed.Run(95, seed =>
    {
        using var call = new LayeredCall(seed, Good, Soundless with { Reports = ReportKind.Losses });
        call.Run(10);
        call.Narrow(60_000);
        Assert.InRange(call.TimeUntil(30, () => call.Subscriber.Video.IsHeldBack), 0, 30);
        var nextLimitUs = call.NowUs;
        void RepeatLimit()
        {
            if (!repeatsLimit || call.NowUs < nextLimitUs)
                return;
            nextLimitUs = call.NowUs + 500_000;
            call.Subscriber.Virtual.SendRtcp((ref RtcpWriter writer) => Assert.True(writer.TryReceiverEstimate(1, 3_000_000, [1000])));
        }

        call.Run(3, RepeatLimit);
        Assert.True(call.Subscriber.Video.IsHeldBack);
        call.Narrow(3_000_000);
        var before = call.Subscriber.PicturesSeen;
        var back = call.TimeUntil(60, () =>
        {
            RepeatLimit();
            return call.Subscriber.PicturesSeen >= before + 5;
        });
        output.WriteLine($"picture after {back:F2} s");
        // Fifteen percent more a second, and five seconds of patience with what had to go.
        Assert.InRange(back, 0, 8);
        // Nothing that was lost before takes it away again.
        call.Run(5, () => Assert.False(call.Subscriber.Video.IsHeldBack));
    });
}
