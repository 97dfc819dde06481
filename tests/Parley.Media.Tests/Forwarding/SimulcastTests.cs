// Simulcast: the best layer that is wanted and alive, changed on keyframes, and for the subscriber one stream without a gap. RFC 8853.
using Parley.Media.Codecs;
using Parley.Media.Forwarding;
using Parley.Media.Receive;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Forwarding;

public sealed class SimulcastTests : IDisposable
{
    private static readonly string[] Rids = ["q", "h", "f"];

    /// <summary>The first instant is shown in each layer as it comes to life, the lowest first.</summary>
    private const int Climb = 2;


    private readonly EngineStage _stage = new();
    private readonly VirtualPeer _publisher;
    private readonly VirtualPeer _subscriber;
    private readonly Subscription _subscription;
    private readonly long[] _sequences = [100, 20_000, 65_530];
    private readonly int[] _pictures = [5, 32_700, 900];
    private readonly uint[] _timestamps = [1_000, 4_000_000_000, 90];
    private readonly byte[] _bases = [1, 2, 3];

    public SimulcastTests()
    {
        _publisher = _stage.Connect();
        _subscriber = _stage.Connect();
        var vp8 = EngineStage.Video(name: "VP8");
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", vp8) with { Rids = [.. Rids] });
        _subscription = _subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, vp8), track);
    }

    [Fact]
    public void The_highest_layer_is_chosen_and_everything_goes_on_over_changes()
    {
        Frame(keyframe: true);
        Play(10);
        Assert.Equal(2, _subscription.CurrentLayer);

        _subscription.SetLayers(0, Subscription.AllLayers);
        Play(3);
        Assert.Equal(2, _subscription.CurrentLayer);
        Frame(keyframe: true);
        Play(10);
        Assert.Equal(0, _subscription.CurrentLayer);

        _subscription.SetLayers(1, Subscription.AllLayers);
        Frame(keyframe: true);
        Play(10);
        Assert.Equal(1, _subscription.CurrentLayer);
        AssertOneStream(_subscriber.TakeRtp());
    }

    [Fact]
    public void Layers_are_asked_for_keyframes_when_they_are_wanted()
    {
        Frame(keyframe: true);
        Play(10);
        _publisher.TakeRtcp();
        _subscription.SetLayers(0, Subscription.AllLayers);
        _stage.Pass(TimeSpan.FromMilliseconds(2));
        var asked = new List<uint>();
        foreach (var compound in _publisher.TakeRtcp())
        {
            foreach (var packet in new RtcpPackets(compound))
            {
                if (packet.IsFeedback(RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss))
                    asked.Add(packet.MediaSsrc);
            }
        }

        Assert.Equal([1u], asked);
    }

    [Fact]
    public void A_layer_that_falls_silent_is_replaced_and_taken_up_again_when_it_is_back()
    {
        Frame(keyframe: true);
        Play(5);
        Assert.Equal(2, _subscription.CurrentLayer);
        // A publisher whose network or processor is short switches its highest layer off.
        for (var i = 0; i < 50; i++)
            Frame(keyframe: i % 10 == 9, layers: 2);
        Assert.Equal(1, _subscription.CurrentLayer);
        for (var i = 0; i < 30; i++)
            Frame(keyframe: i % 10 == 9);
        Assert.Equal(2, _subscription.CurrentLayer);
        AssertOneStream(_subscriber.TakeRtp());
    }

    [Fact]
    public void Temporal_layers_are_left_out_at_once_and_taken_in_where_the_stream_allows()
    {
        Frame(keyframe: true);
        Play(8, temporal: i => (i & 1) == 0 ? 1 : 0);
        _subscription.SetLayers(2, 0);
        Play(20, temporal: i => (i & 1) == 0 ? 1 : 0);
        var received = _subscriber.TakeRtp();
        AssertOneStream(received);
        Assert.Equal(Climb + 1 + 8 + 10, received.Count(packet => packet.Marker));
        Assert.All(received.Skip(2 * (Climb + 9)), packet => Assert.Equal(0, Read(packet).TemporalId));

        _subscription.SetLayers(2, 1);
        Play(6, temporal: _ => 1);
        Assert.Empty(_subscriber.TakeRtp());
        Frame(keyframe: false, temporal: 1, sync: true);
        Play(3, temporal: _ => 1);
        Assert.Equal(4, _subscriber.TakeRtp().Count(packet => packet.Marker));
    }

    [Fact]
    public void A_pause_leaves_no_gap_and_ends_with_a_keyframe()
    {
        Frame(keyframe: true);
        Play(5);
        _subscription.Pause();
        Play(20);
        Frame(keyframe: true);
        var before = _subscriber.TakeRtp();
        _subscription.Resume();
        Play(3);
        Frame(keyframe: true);
        Play(3);
        var after = _subscriber.TakeRtp();
        Assert.Equal(Climb + 6, before.Count(packet => packet.Marker));
        Assert.Equal(4, after.Count(packet => packet.Marker));
        Assert.True(Read(after[0]).IsKeyframe);
        AssertOneStream([.. before, .. after]);
    }

    [Fact]
    public void Reports_set_the_time_of_a_change_exactly()
    {
        Frame(keyframe: true);
        Play(2);
        // The layers' timestamps of one instant, as the publisher reports them.
        for (var layer = 0; layer < 3; layer++)
        {
            var now = layer;
            _publisher.SendRtcp((ref RtcpWriter writer) =>
                writer.TrySenderReport(new SenderInformation((uint)now + 1, 99UL << 40, _timestamps[now], 1, 1), []));
        }

        _subscription.SetLayers(0, Subscription.AllLayers);
        Frame(keyframe: true);
        Play(2);
        var timestamps = _subscriber.TakeRtp().Where(packet => packet.Marker).Select(packet => packet.Timestamp).ToList();
        for (var i = Climb + 1; i < timestamps.Count; i++)
            Assert.Equal(3000u, timestamps[i] - timestamps[i - 1]);
    }

    [Fact]
    public void A_subscription_moves_to_another_publisher_and_stays_one_stream()
    {
        Frame(keyframe: true);
        Play(5);
        var other = _stage.Connect();
        var vp8 = EngineStage.Video(name: "VP8");
        var track = other.Peer.AddTrack(EngineStage.Receive("0", vp8));
        _subscription.Switch(track);
        Play(3);
        for (var i = 0; i < 5; i++)
        {
            other.SendRtp(9, 96, 7 + i, Payload(77 + i, (byte)(50 + i), 0, i == 0, sync: false), (uint)(5_000_000 + 3000 * i), marker: true);
            _stage.Pass(TimeSpan.FromMilliseconds(33));
        }

        var received = _subscriber.TakeRtp();
        Assert.Equal(Climb + 6 + 5, received.Count(packet => packet.Marker));
        AssertOneStream(received);
    }

    public void Dispose() => _stage.Dispose();

    private void Play(int frames, Func<int, int>? temporal = null)
    {
        for (var i = 0; i < frames; i++)
            Frame(keyframe: false, temporal: temporal?.Invoke(i) ?? 0);
    }

    /// <summary>A picture in every layer, of two packets each.</summary>
    private void Frame(bool keyframe, int layers = 3, int temporal = 0, bool sync = false)
    {
        for (var layer = 0; layer < layers; layer++)
        {
            if (temporal == 0)
                _bases[layer]++;
            for (var part = 0; part < 2; part++)
            {
                var payload = Payload(_pictures[layer], _bases[layer], temporal, keyframe, sync);
                if (part == 1)
                    payload[0] &= 0xEF;
                _publisher.SendRtp(
                    (uint)layer + 1, 96, _sequences[layer]++, payload, _timestamps[layer], marker: part == 1,
                    (1, "0"u8.ToArray()), (2, [(byte)Rids[layer][0]]));
            }

            _pictures[layer] = _pictures[layer] + 1 & 0x7FFF;
            _timestamps[layer] += 3000;
        }

        for (var layer = layers; layer < 3; layer++)
            _timestamps[layer] += 3000;
        _stage.Pass(TimeSpan.FromMicroseconds(33_333));
    }

    private static byte[] Payload(int picture, byte baseLayer, int temporal, bool keyframe, bool sync) =>
        [0x90, 0xE0, (byte)(0x80 | picture >> 8), (byte)picture, baseLayer, (byte)(temporal << 6 | (sync ? 0x20 : 0)), (byte)(keyframe ? 0 : 1), 7];

    private static Vp8Descriptor Read(ReceivedRtp packet)
    {
        Assert.True(Vp8Descriptor.TryRead(packet.Payload, out var descriptor));
        return descriptor;
    }

    /// <summary>Numbers, picture ids and base indices go on one by one, and time forward at about its pace.</summary>
    private static void AssertOneStream(List<ReceivedRtp> received)
    {
        for (var i = 1; i < received.Count; i++)
        {
            var (former, packet) = (received[i - 1], received[i]);
            Assert.Equal(former.Sequence + 1, packet.Sequence);
            var (before, now) = (Read(former), Read(packet));
            Assert.Equal(now.StartsFrame ? before.PictureId + 1 & 0x7FFF : before.PictureId, now.PictureId);
            Assert.Equal(now.StartsFrame && now.TemporalId == 0 ? (byte)(before.BaseLayerIndex + 1) : before.BaseLayerIndex, now.BaseLayerIndex);
            if (now.StartsFrame)
                Assert.InRange((int)(packet.Timestamp - former.Timestamp), 1, 3 * 90_000);
            else
                Assert.Equal(former.Timestamp, packet.Timestamp);
        }
    }
}
