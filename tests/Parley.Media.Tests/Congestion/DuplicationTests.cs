// Datagrams that come twice, both ways: each counts once, and none is sent on twice.
using Parley.Media.Engine;
using Parley.Media.Tests.Network;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Congestion;

public sealed class DuplicationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    public void What_comes_twice_counts_once(double share) => NetworkSeed.Run(73, seed =>
    {
        using var call = new TwoWayCall(seed, new LinkConditions { Delay = TimeSpan.FromMilliseconds(20), Duplication = share });
        call.Run(20);
        foreach (var end in call.Ends)
        {
            output.WriteLine($"{end.Share(end.First):P2} of {end.Newest - end.First} packets, sound {end.SoundHeard}, estimate {end.Peer.EstimateBps / 1000} kbit/s, repeats asked {call.Stage.Engine.Repairs.PacketsRequested}, given {call.Stage.Engine.Repairs.PacketsRepeated}, lost {end.Up.Lost}+{end.Down.Lost}");
            Assert.Equal(1, end.Share(end.First));
            Assert.InRange(end.VideoSeen, 18 * TwoWayCall.PacketsPerSecond, 20 * TwoWayCall.PacketsPerSecond + 20);
            Assert.InRange(end.Peer.Subscriptions.Sum(static subscription => subscription.PacketsSent), 18 * (TwoWayCall.PacketsPerSecond + 50), 20 * (TwoWayCall.PacketsPerSecond + 50) + 20);
        }

        Assert.NotEqual(0, call.Stage.Engine.Drops[DropReason.Replayed]);
        Assert.Equal(0, call.Stage.Engine.Repairs.PacketsRequested);
        Assert.Empty(call.Ended);
    });
}
