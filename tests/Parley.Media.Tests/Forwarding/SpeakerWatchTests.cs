// Who speaks, told by the levels in the packets of the engine's peers.
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Rtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Forwarding;

public sealed class SpeakerWatchTests : IDisposable
{
    private const byte Loud = 20;
    private const byte Silent = 127;

    private readonly EngineStage _stage = new();
    private readonly List<(VirtualPeer Peer, MediaTrack Track)> _publishers = [];
    private readonly List<MediaTrack> _changes = [];
    private readonly SpeakerWatch _watch;
    private long _sequence = 100;

    public SpeakerWatchTests()
    {
        _watch = new SpeakerWatch(_changes.Add);
        for (var i = 0; i < 3; i++)
        {
            var peer = _stage.Connect();
            var track = peer.Peer.AddTrack(EngineStage.Receive("a", EngineStage.Opus()));
            _watch.Add(track);
            _publishers.Add((peer, track));
        }
    }

    [Fact]
    public void Whoever_speaks_is_told_once_until_another_does()
    {
        Say(2, Silent, Loud, Silent);
        Assert.Equal([_publishers[1].Track], _changes);
        Say(3, Silent, Silent, Loud);
        Assert.Equal([_publishers[1].Track, _publishers[2].Track], _changes);
        Assert.Same(_publishers[2].Track, _watch.Current);
        Assert.Equal(
            [new SpeakerChanged(_publishers[1].Peer.Peer.Id, "a"), new SpeakerChanged(_publishers[2].Peer.Peer.Id, "a")],
            _stage.Outbox.Events.OfType<SpeakerChanged>());
    }

    [Fact]
    public void Who_leaves_speaks_no_more_and_the_floor_is_free()
    {
        Say(2, Loud, Silent, Silent);
        var sink = new CollectingSink(_stage.Outbox);
        _stage.Engine.ClosePeer(ref sink, _publishers[0].Peer.Peer.Id);
        Assert.Null(_watch.Current);
        Say(1, null, Loud, Silent);
        Assert.Same(_publishers[1].Track, _watch.Current);
    }

    [Fact]
    public void Silence_costs_no_deadline()
    {
        Say(2, Loud, Silent, Silent);
        _stage.Pass(TimeSpan.FromSeconds(1));
        var next = _stage.Engine.NextDeadlineUs;
        _watch.Remove(_publishers[0].Track);
        Assert.Equal(next, _stage.Engine.NextDeadlineUs);
        Assert.Single(_changes);
    }

    [Fact]
    public void Pictures_and_sound_without_levels_are_not_watched()
    {
        var peer = _stage.Connect();
        var picture = peer.Peer.AddTrack(EngineStage.Receive("v", EngineStage.Video()));
        var mute = peer.Peer.AddTrack(EngineStage.Receive("m", EngineStage.Opus(112)) with { Extensions = new HeaderExtensionMap([(1, HeaderExtension.Mid)]) });
        _watch.Add(picture);
        _watch.Add(mute);
        Assert.Null(picture.Voice);
        Assert.Null(mute.Voice);
        Assert.Throws<InvalidOperationException>(() => _watch.Add(_publishers[0].Track));
    }

    public void Dispose() => _stage.Dispose();

    /// <summary>Each publisher sends its level for so long; null to send nothing.</summary>
    private void Say(double seconds, params byte?[] levels)
    {
        for (var i = 0; i < seconds * 50; i++)
        {
            _sequence++;
            for (var who = 0; who < levels.Length; who++)
            {
                if (levels[who] is { } level)
                    _publishers[who].Peer.SendRtp((uint)(10 + who), 111, _sequence, [1], (uint)(_sequence * 960), extensions: (4, [level]));
            }

            _stage.Pass(TimeSpan.FromMilliseconds(20));
        }
    }
}
