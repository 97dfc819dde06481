// Nothing comes through for a while: who is back within the time of consent goes on where it was, who is not is gone, and nobody else is.
using Parley.Media.Engine;
using Parley.Media.Tests.Network;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Congestion;

public sealed class BlackoutTests(ITestOutputHelper output)
{
    [Fact]
    public void After_ten_seconds_of_nothing_media_and_estimate_are_back() => NetworkSeed.Run(74, seed =>
    {
        using var call = new TwoWayCall(seed, new LinkConditions { RateBps = 2_000_000, Delay = TimeSpan.FromMilliseconds(20) });
        call.Run(15);
        long[] estimates = [.. call.Ends.Select(static end => end.Peer.EstimateBps)];
        call.BlackOut(call.Ends[0], TimeSpan.FromSeconds(10));
        call.Run(10);
        Assert.Empty(call.Ended);
        long[] before = [.. call.Ends.Select(static end => end.VideoSeen)];
        call.Run(3);
        for (var i = 0; i < 2; i++)
            Assert.InRange(call.Ends[i].VideoSeen - before[i], 2 * TwoWayCall.PacketsPerSecond, 13 * TwoWayCall.PacketsPerSecond);
        long[] newest = [.. call.Ends.Select(static end => end.Newest)];
        call.Run(10);
        for (var i = 0; i < 2; i++)
        {
            output.WriteLine($"estimate {estimates[i] / 1000} kbit/s, then {call.Ends[i].Peer.EstimateBps / 1000}; {call.Ends[i].Share(newest[i]):P1} of {call.Ends[i].Newest - newest[i]}");
            Assert.InRange(call.Ends[i].Newest - newest[i], 9 * TwoWayCall.PacketsPerSecond, 12 * TwoWayCall.PacketsPerSecond);
            Assert.InRange(call.Ends[i].Share(newest[i]), 0.99, 1);
            Assert.InRange(call.Ends[i].Peer.EstimateBps, estimates[i] * 0.8, 2_000_000);
        }

        Assert.Empty(call.Ended);
    });

    [Fact]
    public void Who_is_silent_for_thirty_seconds_is_gone_and_not_sooner() => NetworkSeed.Run(75, seed =>
    {
        using var call = new TwoWayCall(seed, new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) });
        call.Run(5);
        call.BlackOut(call.Ends[0], TimeSpan.FromMinutes(5));
        // The last check may have come up to a second before.
        call.Run(28.5);
        Assert.Empty(call.Ended);
        call.Run(3);
        var ended = Assert.Single(call.Ended);
        Assert.Equal((call.Ends[0].Peer.Id, PeerEndReason.ConsentExpired), (ended.Peer, ended.Reason));
        Assert.True(call.Ends[1].Peer.IsConnected);
    });
}
