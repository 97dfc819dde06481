// Jitter and reordering, both ways: nothing is lost by it, and little is asked for in vain.
using Parley.Media.Engine;
using Parley.Media.Tests.Network;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Congestion;

public sealed class DisorderTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(30, false, 0)]
    [InlineData(30, true, 0)]
    [InlineData(0, false, 0.1)]
    [InlineData(20, true, 0.05)]
    public void Nothing_is_lost_by_what_comes_late(int jitterMs, bool mayOvertake, double heldBack) => NetworkSeed.Run(72, seed =>
    {
        using var call = new TwoWayCall(seed, new LinkConditions
        {
            RateBps = 4_000_000,
            Delay = TimeSpan.FromMilliseconds(20),
            Jitter = TimeSpan.FromMilliseconds(jitterMs),
            JitterReorders = mayOvertake,
            Reordering = heldBack,
        });
        call.Run(30);
        foreach (var end in call.Ends)
        {
            output.WriteLine($"{end.Share(end.First):P2} of {end.Newest - end.First} packets, sound {end.SoundHeard}, estimate {end.Peer.EstimateBps / 1000} kbit/s, repeats asked {call.Stage.Engine.Repairs.PacketsRequested}, given {call.Stage.Engine.Repairs.PacketsRepeated}, lost {end.Up.Lost}+{end.Down.Lost}");
            Assert.True(end.Newest - end.First > 25 * TwoWayCall.PacketsPerSecond);
            Assert.Equal(1, end.Share(end.First));
            Assert.InRange(end.Peer.EstimateBps, 450_000, 4_000_000);
        }

        Assert.Empty(call.Ended);
    });
}
