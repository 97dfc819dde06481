// Two who talk through a whole engine, each over an access that is as bad as a test wants it, in both directions and in virtual time.
using Parley.Media.Engine;
using Parley.Media.Tests.Network;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Congestion;

internal sealed class TwoWayCall : IDisposable
{
    /// <summary>Packets of video in a second.</summary>
    public const int PacketsPerSecond = 60;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    public TwoWayCall(int seed, LinkConditions conditions)
    {
        Stage = new EngineStage(seed);
        Ends = [.. Enumerable.Range(0, 2).Select(end => new CallEnd(Stage, new NetworkLink(seed + 2 * end, conditions), new NetworkLink(seed + 2 * end + 1, conditions)))];
        Ends[0].Subscribe(Ends[1]);
        Ends[1].Subscribe(Ends[0]);
    }

    public EngineStage Stage { get; }

    public CallEnd[] Ends { get; }

    public IEnumerable<PeerEnded> Ended => Stage.Outbox.Events.OfType<PeerEnded>();

    public void Run(double seconds)
    {
        for (var endUs = Stage.NowUs + (long)(seconds * 1e6); Stage.NowUs < endUs;)
        {
            Stage.Pass(Step);
            foreach (var end in Ends)
            {
                end.Send();
                while (end.Up.TryReceive(Stage.NowUs, out var datagram, out _))
                    Stage.Send(end.Virtual.Path, datagram);
            }

            foreach (var end in Ends)
            {
                // What goes to another address than the one it has is lost.
                foreach (var datagram in Stage.Outbox.Take(end.Virtual.PathNumber))
                    end.Down.Send(datagram, Stage.NowUs);
                while (end.Down.TryReceive(Stage.NowUs, out var datagram, out var arrivalUs))
                    end.Receive(datagram, arrivalUs);
            }

            Stage.Outbox.Datagrams.Clear();
        }
    }

    /// <summary>Nothing comes through to or from an end for so long.</summary>
    public void BlackOut(CallEnd end, TimeSpan length)
    {
        end.Up.BlackOut(Stage.NowUs, length);
        end.Down.BlackOut(Stage.NowUs, length);
    }

    public void Dispose() => Stage.Dispose();
}
