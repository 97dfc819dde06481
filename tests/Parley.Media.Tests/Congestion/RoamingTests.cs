// A peer whose address changes in the middle of a call, by another network or another port of its own: media follows its next check.
using Parley.Media.Engine;
using Parley.Media.Tests.Network;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Congestion;

public sealed class RoamingTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 6000)]
    [InlineData(50, 5000)]
    public void Media_follows_the_peer_to_its_new_address(int host, int port) => NetworkSeed.Run(76, seed =>
    {
        using var call = new TwoWayCall(seed, new LinkConditions { RateBps = 2_000_000, Delay = TimeSpan.FromMilliseconds(20) });
        call.Run(15);
        var end = call.Ends[0];
        var estimate = end.Peer.EstimateBps;
        end.Virtual.Path = end.Virtual.Path with { Remote = EngineStage.Address(host, port) };
        // A second until its next check.
        call.Run(1.2);
        Assert.Equal(end.Virtual.PathNumber, call.Stage.Outbox.Events.OfType<PathSelected>().Last(selected => selected.Peer == end.Peer.Id).Path);
        long[] newest = [.. call.Ends.Select(static one => one.Newest)];
        call.Run(10);
        for (var i = 0; i < 2; i++)
        {
            output.WriteLine($"{call.Ends[i].Share(newest[i]):P1} of {call.Ends[i].Newest - newest[i]}, estimate {call.Ends[i].Peer.EstimateBps / 1000} kbit/s");
            Assert.InRange(call.Ends[i].Newest - newest[i], 9 * TwoWayCall.PacketsPerSecond, 12 * TwoWayCall.PacketsPerSecond);
            Assert.InRange(call.Ends[i].Share(newest[i]), 0.99, 1);
        }

        Assert.InRange(end.Peer.EstimateBps, estimate * 0.8, 2_000_000);
        Assert.Empty(call.Ended);
    });
}
