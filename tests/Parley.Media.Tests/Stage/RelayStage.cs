// Two engines with a link between them, in virtual time: publishers are near, the relayed tracks far.
using Parley.Media.Forwarding;
using Parley.Media.Relay;
using Parley.Media.Tests.Network;

namespace Parley.Media.Tests.Stage;

internal sealed class RelayStage : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    public RelayStage(int seed = 1, LinkConditions? conditions = null, RelayOptions? options = null)
    {
        Near = new EngineStage(seed);
        Far = new EngineStage(seed + 1000);
        ToFar = new RelayWay(new NetworkLink(seed, conditions), () => Near.NowUs);
        ToNear = new RelayWay(new NetworkLink(seed + 1, conditions), () => Near.NowUs);
        options ??= new RelayOptions { SharesClock = true };
        NearLink = Near.Engine.OpenLink(ToFar, options);
        FarLink = Far.Engine.OpenLink(ToNear, options);
    }

    public EngineStage Near { get; }

    public EngineStage Far { get; }

    public RelayWay ToFar { get; }

    public RelayWay ToNear { get; }

    public RelayLink NearLink { get; }

    public RelayLink FarLink { get; }

    /// <summary>Has a track come to the far engine.</summary>
    public MediaTrack Relay(MediaTrack track)
    {
        var relayed = FarLink.Receive(NearLink.Offer(track), track.Parameters, track.Publisher);
        Pass(TimeSpan.FromMilliseconds(5));
        return relayed;
    }

    /// <summary>Lets time pass at both ends, and records arrive.</summary>
    public void Pass(TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero; left -= Step)
        {
            Near.Pass(Step);
            Far.Pass(Step);
            Deliver();
        }
    }

    /// <summary>Lets records arrive that have come this far.</summary>
    public void Deliver()
    {
        while (ToFar.TryReceive(out var record))
            FarLink.HandleRecord(record, Far.NowUs);
        Far.EndTurn();
        while (ToNear.TryReceive(out var record))
            NearLink.HandleRecord(record, Near.NowUs);
        Near.EndTurn();
    }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }
}
