// Losses in bursts, both ways: nearly everything is repaired, and the estimate does not fall to nothing.
using Parley.Media.Engine;
using Parley.Media.Tests.Network;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Congestion;

public sealed class BurstyLossTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0.02, 3, 700_000)]
    [InlineData(0.05, 5, 350_000)]
    [InlineData(0.1, 8, 150_000)]
    public void What_is_lost_in_bursts_is_repaired(double share, double burst, long least) => NetworkSeed.Run(71, seed =>
    {
        using var call = new TwoWayCall(seed, new LinkConditions { RateBps = 2_000_000, Delay = TimeSpan.FromMilliseconds(20), Bursts = GilbertElliott.Of(share, burst) });
        call.Run(30);
        foreach (var end in call.Ends)
        {
            output.WriteLine($"{end.Share(end.First):P2} of {end.Newest - end.First} packets, sound {end.SoundHeard}, estimate {end.Peer.EstimateBps / 1000} kbit/s, repeats asked {call.Stage.Engine.Repairs.PacketsRequested}, given {call.Stage.Engine.Repairs.PacketsRepeated}, lost {end.Up.Lost}+{end.Down.Lost}");
            Assert.True(end.Newest - end.First > 25 * TwoWayCall.PacketsPerSecond);
            Assert.InRange(end.Share(end.First), 0.99, 1);
            Assert.InRange(end.Peer.EstimateBps, least, 2_000_000);
        }

        Assert.Empty(call.Ended);
    });
}
