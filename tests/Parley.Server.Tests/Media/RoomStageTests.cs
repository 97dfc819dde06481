// Who is shown where there are fewer slots than publishers: whoever speaks, in the place of who has been quiet for longest. In virtual time.
using Parley.Media.Engine;
using Parley.Media.Rtp;
using Parley.Media.Sdp.Negotiation;
using Parley.Media.Tests.Stage;
using Parley.Server.Media;

namespace Parley.Server.Tests.Media;

public sealed class RoomStageTests : IDisposable
{
    private static readonly byte[] Keyframe = [0x10, 0x50, 0x02, 0x00, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xF0, 0x00, 0x00];
    private static readonly CodecParameters Vp8 = EngineStage.Video(name: "VP8");

    private readonly EngineStage _engine = new();
    private readonly RoomStage _stage = new();
    private readonly List<(string Id, VirtualPeer Peer)> _publishers = [];
    private long _sequence = 100;
    private uint _ssrc = 7000;

    [Fact]
    public void Whoever_speaks_takes_the_place_of_who_has_been_quiet_for_longest()
    {
        var viewer = Viewer(ranks: 2);
        var ssrcs = viewer.Peer.Subscriptions.Select(static subscription => subscription.Parameters.Ssrc).ToList();
        Publishers("ada", "grace", "alan");
        Assert.Equal(["ada", "grace"], Shown(viewer));

        Speak("grace");
        Assert.Equal(["ada", "grace"], Shown(viewer));
        Speak("alan");
        Assert.Equal(["alan", "grace"], Shown(viewer));
        Assert.Equal("alan", _stage.Speaker?.Id);
        Speak("ada");
        Assert.Equal(["alan", "ada"], Shown(viewer));
        Assert.Equal(ssrcs, viewer.Peer.Subscriptions.Select(static subscription => subscription.Parameters.Ssrc));
    }

    [Fact]
    public void Their_packets_come_under_the_same_ssrc_without_a_gap()
    {
        var viewer = Viewer(ranks: 1);
        Publishers("ada", "grace");
        Speak("ada");
        Speak("grace");
        Speak("ada");
        var streams = viewer.TakeRtp().GroupBy(static packet => packet.Ssrc).ToList();
        Assert.Equal(2, streams.Count);
        foreach (var stream in streams)
        {
            var numbers = stream.Select(static packet => packet.Sequence).ToList();
            Assert.Equal(Enumerable.Range(0, numbers.Count).Select(i => numbers[0] + i), numbers);
            // The last byte of a payload names its publisher.
            Assert.Equal([0, 1, 0], Runs(stream.Select(static packet => packet.Payload[^1])));
        }
    }

    [Fact]
    public void Nobody_moves_while_there_are_slots_for_everybody()
    {
        var viewer = Viewer(ranks: 3);
        Publishers("ada", "grace", "alan");
        foreach (var who in new[] { "alan", "ada", "grace", "alan" })
        {
            Speak(who);
            Assert.Equal(["ada", "grace", "alan"], Shown(viewer));
        }
    }

    [Fact]
    public void Each_viewer_has_its_own_slots_and_pictures_follow_where_sound_has_room()
    {
        var wide = Viewer(ranks: 3);
        var soundOnly = Add(Slots(audio: 3, video: 1));
        Publishers("ada", "grace", "alan");
        Speak("alan");
        Assert.Equal(["ada", "grace", "alan"], Shown(wide));
        // Its sound had a slot; the one picture is of who speaks.
        Assert.Equal(["ada", "grace", "alan"], Shown(soundOnly));
        Assert.Equal("alan", Name(soundOnly.Peer.Subscriptions.Single(static subscription => subscription.Parameters.Kind == MediaKind.Video).Track!.Publisher!));
    }

    [Fact]
    public void Who_cannot_be_shown_displaces_nobody()
    {
        var viewer = Viewer(ranks: 1);
        Publishers("ada");
        // A picture that this viewer cannot decode: its sound is let in, and ada's picture stays.
        Publish("grace", EngineStage.Video(name: "AV1"));
        Speak("grace");
        Assert.Equal(["grace"], Shown(viewer));
        Assert.Equal("ada", Name(viewer.Peer.Subscriptions[1].Track!.Publisher!));
    }

    [Fact]
    public void Who_is_with_another_worker_sees_the_same_speaker()
    {
        // Their sound is not heard there unless somebody reads it.
        var here = new RoomStage(_stage.HandleSpeaker);
        var viewer = Viewer(ranks: 1);
        foreach (var name in new[] { "ada", "grace" })
        {
            var peer = _engine.Connect();
            _publishers.Add((name, peer));
            here.Publish(name, peer.Peer, [Received("0", EngineStage.Opus()), Received("1", Vp8)]);
            _stage.Bring(name, peer.Peer.Tracks);
            _stage.Bring(name, peer.Peer.Tracks);
        }

        Assert.Equal(["ada"], Shown(viewer));
        Speak("grace");
        Assert.Equal(["grace"], Shown(viewer));
        _stage.HandleSpeaker("nobody", "0");
        _stage.HandleSpeaker("ada", "no such section");
        Assert.Equal(["grace"], Shown(viewer));
        _stage.Leave("grace");
        Assert.Equal(["grace"], Shown(viewer));
        _stage.Close();
        _stage.Bring("alan", _publishers[0].Peer.Peer.Tracks);
        Assert.Equal(["grace"], Shown(viewer));
    }

    [Fact]
    public void Who_leaves_makes_room_and_speaks_no_more()
    {
        var viewer = Viewer(ranks: 1);
        Publishers("ada", "grace");
        Speak("grace");
        var sink = new CollectingSink(_engine.Outbox);
        _engine.Engine.ClosePeer(ref sink, _publishers[1].Peer.Peer.Id);
        _stage.Leave("grace");
        Assert.Equal(["ada"], Shown(viewer));
        Assert.Null(_stage.Speaker);
    }

    [Fact]
    public void Who_was_left_out_is_shown_when_a_slot_becomes_free_and_not_before()
    {
        var (narrow, wide) = (Viewer(ranks: 2), Viewer(ranks: 4));
        Publishers("ada", "grace", "alan", "edsger");
        End("alan");
        Assert.Equal(["ada", "grace"], Shown(narrow));
        End("ada");
        Assert.Equal(["edsger", "grace"], Shown(narrow));
        Assert.Equal(["grace", "edsger"], Shown(wide));
        Publishers("barbara");
        Assert.Equal(["edsger", "grace"], Shown(narrow));
        Assert.Equal(["barbara", "grace", "edsger"], Shown(wide));
    }

    [Fact]
    public void Viewers_for_whom_nothing_changes_cost_no_search()
    {
        for (var viewer = 0; viewer < 50; viewer++)
            Viewer(ranks: 1);
        Publishers([.. Enumerable.Range(0, 20).Select(static number => $"publisher {number}")]);
        End("publisher 19");
        var before = GC.GetAllocatedBytesForCurrentThread();
        End("publisher 18");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }

    public void Dispose() => _engine.Dispose();

    private void End(string who)
    {
        var sink = new CollectingSink(_engine.Outbox);
        _engine.Engine.ClosePeer(ref sink, _publishers.Find(publisher => publisher.Id == who).Peer.Peer.Id);
        _stage.Leave(who);
    }

    private static List<int> Runs(IEnumerable<byte> marks)
    {
        var runs = new List<int>();
        foreach (var mark in marks)
        {
            if (runs.Count == 0 || runs[^1] != mark)
                runs.Add(mark);
        }

        return runs;
    }

    private void Publishers(params string[] names)
    {
        foreach (var name in names)
            Publish(name, Vp8);
    }

    private void Publish(string name, CodecParameters video)
    {
        var peer = _engine.Connect();
        _publishers.Add((name, peer));
        _stage.Publish(name, peer.Peer, [Received("0", EngineStage.Opus()), Received("1", video)]);
    }

    private static ReceivedTrack Received(string mid, CodecParameters codec) => new(EngineStage.Receive(mid, codec), null, null);

    private VirtualPeer Viewer(int ranks) => Add(Slots(ranks, ranks));

    private VirtualPeer Add(IReadOnlyList<SentTrack> slots)
    {
        var viewer = _engine.Connect();
        _stage.SubscribeToAll($"viewer {_ssrc}", viewer.Peer, slots);
        return viewer;
    }

    private List<SentTrack> Slots(int audio, int video)
    {
        var slots = new List<SentTrack>();
        for (var i = 0; i < Math.Max(audio, video); i++)
        {
            if (i < audio)
                slots.Add(Slot(EngineStage.Opus()));
            if (i < video)
                slots.Add(Slot(Vp8));
        }

        return slots;
    }

    private SentTrack Slot(CodecParameters codec)
    {
        var parameters = EngineStage.Send($"s{_ssrc}", _ssrc++, codec);
        return new SentTrack(new OutgoingTrack(parameters.Mid, parameters.Kind), parameters, true);
    }

    /// <summary>Whose sound is in the slots, in their order.</summary>
    private List<string> Shown(VirtualPeer viewer) =>
        [.. viewer.Peer.Subscriptions.Where(static subscription => subscription.Parameters.Kind == MediaKind.Audio && subscription.Track is not null).Select(subscription => Name(subscription.Track!.Publisher!))];

    private string Name(MediaPeer peer) => _publishers.Find(publisher => publisher.Peer.Peer == peer).Id;

    /// <summary>One speaks for two seconds, the others are silent; everybody's camera sends keyframes.</summary>
    private void Speak(string who)
    {
        for (var i = 0; i < 100; i++)
        {
            _sequence++;
            for (var at = 0; at < _publishers.Count; at++)
            {
                var (id, peer) = _publishers[at];
                if (peer.Peer.HasEnded)
                    continue;
                Keyframe[^1] = (byte)at;
                peer.SendRtp((uint)(100 + at), 111, _sequence, [0, (byte)at], (uint)(_sequence * 960), extensions: (4, [id == who ? (byte)20 : (byte)127]));
                peer.SendRtp((uint)(200 + at), 96, _sequence, Keyframe, (uint)(_sequence * 1800), marker: true);
            }

            _engine.Pass(TimeSpan.FromMilliseconds(20));
        }
    }
}
