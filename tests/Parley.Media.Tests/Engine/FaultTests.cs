// A fault of ours ends the peer that it met, and nobody else.
using Parley.Media.Engine;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Engine;

public sealed class FaultTests
{
    [Fact]
    public void In_a_deadline_it_ends_the_peer_alone()
    {
        using var stage = new EngineStage();
        var (broken, sound) = (stage.Connect(), stage.Connect());
        foreach (var peer in new[] { broken, sound })
        {
            peer.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
            peer.SendRtp(1, 111, 1, [1]);
        }

        stage.Engine.SetFarewell(broken.Peer.Id, new byte[] { 21 });
        var path = broken.PathNumber;
        var sink = new BrokenSink(new CollectingSink(stage.Outbox), path);
        for (var nowUs = stage.NowUs; nowUs < stage.NowUs + 10_000_000; nowUs += 10_000)
        {
            stage.Engine.HandleDeadlines(ref sink, nowUs);
            stage.Engine.EndTurn(ref sink, nowUs);
        }

        var ended = Assert.Single(stage.Outbox.Events.OfType<PeerEnded>());
        Assert.Equal((broken.Peer.Id, PeerEndReason.Fault), (ended.Peer, ended.Reason));
        Assert.IsType<BrokenSinkException>(ended.Fault);
        Assert.Contains(new PathClosed(broken.Peer.Id, path), stage.Outbox.Events);
        Assert.InRange(sound.TakeRtcp().Count, 3, 100);
    }

    [Fact]
    public void In_the_answer_to_a_first_check_it_ends_the_peer_alone()
    {
        using var stage = new EngineStage();
        var sound = stage.Connect();
        var broken = stage.Add();
        var sink = new BrokenSink(new CollectingSink(stage.Outbox), sound.PathNumber + 1);
        stage.Engine.HandleDatagram(ref sink, broken.Path, broken.Check(), stage.NowUs);
        stage.Engine.HandleDatagram(ref sink, sound.Path, sound.Check(), stage.NowUs);
        var ended = Assert.Single(stage.Outbox.Events.OfType<PeerEnded>());
        Assert.Equal((broken.Peer.Id, PeerEndReason.Fault), (ended.Peer, ended.Reason));
        Assert.Equal(-1, broken.PathNumber);
        Assert.Single(stage.Outbox.Take(sound.PathNumber));
    }

    private sealed class BrokenSinkException : Exception;

    /// <summary>Fails for whoever sends over one path.</summary>
    private readonly struct BrokenSink(CollectingSink inner, int broken) : IMediaSink
    {
        public Span<byte> Reserve(int path, int size) => path == broken ? throw new BrokenSinkException() : inner.Reserve(path, size);

        public void Commit(int length) => inner.Commit(length);

        public void Dtls(PeerId peer, ReadOnlySpan<byte> record) => inner.Dtls(peer, record);

        public void Raise(MediaEvent happened) => inner.Raise(happened);
    }
}
