// A sender that has only a few rates: what lies between two layers is found by probing.
using Parley.Media.Tests.Network;

namespace Parley.Media.Tests.Bandwidth;

public sealed class LayeredSenderTests(ITestOutputHelper output)
{
    private static readonly long[] Layers = [150_000, 500_000, 1_700_000];

    [Theory]
    [InlineData(300_000, 0)]
    [InlineData(900_000, 1)]
    [InlineData(3_000_000, 2)]
    [InlineData(20_000_000, 2)]
    public void The_highest_layer_that_fits_is_reached_and_kept(long link, int layer) => NetworkSeed.Run(13, seed =>
    {
        var call = new BandwidthCall(
            seed, new LinkConditions { RateBps = link, Delay = TimeSpan.FromMilliseconds(25) }, new SubscriberPlan { VideoLayersBps = Layers });
        var switches = 0;
        var reached = double.PositiveInfinity;
        for (var second = 1; second <= 120; second++)
        {
            var before = call.Subscribers[0].Layer;
            call.RunUntil(second);
            if (call.Subscribers[0].Layer != before && second > 10)
                switches++;
            if (call.Subscribers[0].Layer == layer)
                reached = Math.Min(reached, second);
        }

        output.WriteLine($"link {link / 1000,6} kbit/s: layer {call.Subscribers[0].Layer} since {reached} s, {switches} switches after 10 s, estimate {call.Mean(10, 120, s => s.TargetBps) / 1000:F0}, padding {call.Mean(10, 120, s => s.PaddingBps) / 1000:F1} kbit/s, queue {call.Mean(10, 120, s => s.QueueUs) / 1000:F0} most {call.Most(10, 120, s => s.QueueUs) / 1000:F0} ms");
        Assert.Equal(layer, call.Subscribers[0].Layer);
        Assert.InRange(reached, 0, 10);
        Assert.InRange(switches, 0, 2);
    });

    [Fact]
    public void A_layer_that_fits_again_is_found_by_a_probe() => NetworkSeed.Run(17, seed =>
    {
        var good = new LinkConditions { RateBps = 5_000_000, Delay = TimeSpan.FromMilliseconds(25) };
        var call = new BandwidthCall(seed, good, new SubscriberPlan { VideoLayersBps = Layers });
        call.Down.ChangeAt(20_000_000, good with { RateBps = 700_000 });
        call.Down.ChangeAt(50_000_000, good);
        call.RunUntil(50);
        Assert.Equal(1, call.Subscribers[0].Layer);
        call.RunUntil(120);
        var again = call.FirstTime(50, sample => sample.MediaBps > 1_200_000) - 50;
        output.WriteLine($"the highest layer again after {again:F1} s");
        Assert.InRange(again, 0, 25);
    });
}
