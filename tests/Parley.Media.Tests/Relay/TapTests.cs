// A tap: a reader gets a bounded copy of a track, and forwarding never waits for it.
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Relay;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Relay;

public sealed class TapTests : IDisposable
{
    private const ulong Noon = 3_900_000_000UL << 32;

    private readonly EngineStage _stage = new();
    private readonly VirtualPeer _publisher;
    private long _sequence;

    public TapTests() => _publisher = _stage.Connect();

    [Fact]
    public void A_reader_gets_what_came_in_the_order_in_which_it_came()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        var tap = track.AddTap();
        foreach (var sequence in new[] { 5, 6, 8, 7, 9, 300, 301 })
        {
            _publisher.SendRtp(1, 111, sequence, [(byte)sequence, 1], (uint)sequence * 960, marker: sequence == 8, (1, "0"u8.ToArray()), (4, [(byte)sequence]));
            _stage.Pass(TimeSpan.FromMilliseconds(1));
        }

        var packets = Read(tap);
        Assert.Equal([5, 6, 8, 7, 9, 300, 301], packets.Select(packet => packet.Sequence - packets[0].Sequence + 5));
        Assert.Equal([5, 6, 8, 7, 9, 44, 45], packets.Select(static packet => (int)packet.Payload[0]));
        Assert.All(packets, packet => Assert.Equal((packet.Payload[0], packet.Payload[0] == 8), (packet.AudioLevel, packet.Marker)));
        Assert.Equal(4800u, packets[4].Timestamp - packets[0].Timestamp + 960);
        Assert.Equal(6000, packets[6].ArrivalUs - packets[0].ArrivalUs);
        Assert.Equal((7L, 0L, (byte)111), (tap.PacketsTaken, tap.PacketsDropped, packets[0].PayloadType));
    }

    [Fact]
    public void A_reader_that_is_behind_holds_nobody_up_and_goes_on_with_a_keyframe()
    {
        var vp8 = EngineStage.Video(name: "VP8");
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", vp8));
        var subscriber = _stage.Connect();
        subscriber.Peer.Subscribe(EngineStage.Send("0", 7, vp8), track);
        var tap = track.AddTap(new TapOptions { Capacity = 16 * 1024 });
        SendVp8(isKeyframe: true);
        for (var i = 0; i < 499; i++)
            SendVp8(isKeyframe: false);
        _publisher.TakeRtcp();
        Assert.Equal(500, subscriber.TakeRtp().Count);
        Assert.Equal(500, tap.PacketsTaken + tap.PacketsDropped);
        Assert.InRange(tap.PacketsTaken, 10, 16);
        // Nothing is read, and everything is forwarded all the same. A keyframe would find no room: the others who watch are spared it.
        _stage.Pass(TimeSpan.FromSeconds(20));
        Assert.Equal(0, CountPictureLosses());
        var before = Read(tap);
        // The publisher is asked again until it comes.
        _stage.Pass(TimeSpan.FromSeconds(1));
        Assert.InRange(CountPictureLosses(), 1, 3);
        Assert.Equal(tap.PacketsTaken, before.Count);
        Assert.Equal(Enumerable.Range(0, before.Count).Select(i => before[0].Sequence + i), before.Select(static packet => packet.Sequence));
        // Other frames than keyframes are of no use now.
        SendVp8(isKeyframe: false);
        Assert.Empty(Read(tap));
        SendVp8(isKeyframe: true);
        SendVp8(isKeyframe: false);
        var after = Read(tap);
        Assert.Equal([(true, true), (false, false)], after.Select(static packet => (packet.IsKeyframe, packet.FollowsGap)));
        Assert.Equal(501, after[0].Sequence - before[0].Sequence);
        Assert.Equal(501 - before.Count, tap.PacketsDropped);
        _publisher.TakeRtcp();
        _stage.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(0, CountPictureLosses());
    }

    [Fact]
    public void A_keyframe_whose_first_packet_comes_last_is_recorded_whole()
    {
        var tap = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video(name: "VP8"))).AddTap();
        foreach (var number in new[] { 1, 3, 4, 2, 5 })
            _publisher.SendRtp(1, 96, number, [(byte)(number == 2 ? 0x10 : 0), 0, 9, 9, (byte)number], number == 5 ? 6000u : 3000u);
        var packets = Read(tap);
        Assert.Equal([2, 3, 4, 5], packets.Select(static packet => (int)packet.Payload[4]));
        Assert.Equal([0, 1, 2, 3], packets.Select(packet => packet.Sequence - packets[0].Sequence));
    }

    [Fact]
    public void So_it_is_after_a_gap()
    {
        var tap = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video(name: "VP8"))).AddTap(new TapOptions { Capacity = 4096 });
        SendVp8(isKeyframe: true);
        for (var i = 0; i < 9; i++)
            SendVp8(isKeyframe: false);
        var before = Read(tap).Count;
        Assert.InRange(before, 2, 5);
        foreach (var number in new[] { 12, 13, 11, 14 })
            _publisher.SendRtp(1, 96, number, [(byte)(number == 11 ? 0x10 : 0), 0, 9, 9, (byte)number], 33_000);
        var after = Read(tap);
        Assert.Equal([(11, true), (12, false), (13, false), (14, false)], after.Select(static packet => ((int)packet.Payload[4], packet.FollowsGap)));
        Assert.Equal([10, 11, 12, 13], after.Select(static packet => packet.Sequence));
    }

    [Fact]
    public void So_it_is_where_a_switch_of_layers_found_no_room()
    {
        const int Large = 1200;
        var tap = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video(name: "VP8")) with { Rids = ["q", "h"] }).AddTap(new TapOptions { Capacity = 4096 });
        // The lower layer has had many packets, the higher one has none.
        for (var i = 0; i < 50; i++)
        {
            SendLayer(0, ++_sequence, _sequence == 1);
            Assert.Single(Read(tap));
        }

        while (tap.Ring.TryReserve(Large, out _))
            SendLayer(0, ++_sequence, isKeyframe: false);
        SendLayer(1, 10, isKeyframe: true, Large);
        Assert.Equal(1, tap.PacketsDropped);
        Read(tap);
        foreach (var number in new[] { 12, 13, 11, 14 })
            SendLayer(1, number, isKeyframe: number == 11);
        Assert.Equal([(11, true), (12, false), (13, false), (14, false)], Read(tap).Select(static packet => ((int)packet.Payload[4], packet.FollowsGap)));
    }

    [Fact]
    public void Sound_goes_on_at_once_after_a_gap()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        var tap = track.AddTap(new TapOptions { Capacity = 4096 });
        for (var i = 1; i <= 100; i++)
            _publisher.SendRtp(1, 111, i, new byte[80]);
        var before = Read(tap);
        _publisher.SendRtp(1, 111, 101, new byte[80]);
        var next = Assert.Single(Read(tap));
        Assert.True(next.FollowsGap);
        Assert.Equal(100 - before.Count, tap.PacketsDropped);
        Assert.Equal(100, next.Sequence - before[0].Sequence);
    }

    [Fact]
    public void Copying_and_leaving_out_allocate_nothing()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        var (read, unread) = (track.AddTap(new TapOptions { Capacity = 4096 }), track.AddTap(new TapOptions { Capacity = 4096 }));
        var datagrams = Enumerable.Range(1, 2000).Select(i => _publisher.Rtp(1, 111, i, new byte[80])).ToArray();
        var sink = new CollectingSink(_stage.Outbox);
        void Take(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                _stage.Engine.HandleDatagram(ref sink, _publisher.Path, datagrams[i], _stage.NowUs);
                _stage.Engine.EndTurn(ref sink, _stage.NowUs);
                while (read.TryRead(out _))
                    read.Release();
            }
        }

        // The stores have grown by then to what they hold.
        Take(0, 1200);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        Take(1200, 2000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
        Assert.Equal((2000, 0), (read.PacketsTaken, read.PacketsDropped));
        Assert.Equal(2000, unread.PacketsTaken + unread.PacketsDropped);
        Assert.InRange(unread.PacketsTaken, 20, 40);
    }

    [Fact]
    public void A_tap_ends_with_its_track_and_what_came_can_still_be_read()
    {
        var notified = 0;
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        var tap = track.AddTap(new TapOptions { Notify = () => notified++ });
        _publisher.SendRtp(1, 111, 1, [1]);
        _publisher.Peer.RemoveTrack(track);
        Assert.False(tap.IsCompleted);
        Assert.Single(Read(tap));
        Assert.True(tap.IsCompleted);
        Assert.Equal(0, notified);
        Assert.True(track.AddTap().IsCompleted);
    }

    [Fact]
    public void The_end_of_its_publisher_completes_it()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        var notified = 0;
        var tap = track.AddTap(new TapOptions { Notify = () => notified++ });
        Assert.False(tap.TryRead(out _));
        var sink = new CollectingSink(_stage.Outbox);
        _stage.Engine.ClosePeer(ref sink, _publisher.Peer.Id);
        Assert.True(tap.IsCompleted);
        Assert.Equal(1, notified);
    }

    [Fact]
    public void A_tap_may_be_closed_in_the_middle_from_anywhere()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        var (closed, removed, stays) = (track.AddTap(), track.AddTap(), track.AddTap());
        _publisher.SendRtp(1, 111, 1, [1]);
        closed.Close();
        track.RemoveTap(removed);
        _publisher.SendRtp(1, 111, 2, [2]);
        Assert.Single(track.Copies);
        Assert.Equal((1, 1, 2), (Read(closed).Count, Read(removed).Count, Read(stays).Count));
        Assert.Equal((true, true, false), (closed.IsCompleted, removed.IsCompleted, stays.IsCompleted));
    }

    [Fact]
    public void A_reader_is_told_once_that_there_is_something()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        var notified = 0;
        var tap = track.AddTap(new TapOptions { Notify = () => notified++ });
        _publisher.SendRtp(1, 111, 1, [1]);
        Assert.Equal(0, notified);
        Read(tap);
        _publisher.SendRtp(1, 111, 2, [2]);
        _publisher.SendRtp(1, 111, 3, [3]);
        Assert.Equal(1, notified);
        Assert.Equal(2, Read(tap).Count);
        _publisher.SendRtp(1, 111, 4, [4]);
        Assert.Equal(2, notified);
    }

    [Fact]
    public void The_highest_layer_that_is_alive_is_taken_and_numbers_and_times_go_on()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video(name: "VP8")) with { Rids = ["q", "h"] });
        var (all, low) = (track.AddTap(), track.AddTap(new TapOptions { Layer = 0 }));
        long[] sequences = [10, 50_000];
        uint[] timestamps = [7, 4_294_960_000];
        void Play(int pictures, int layers)
        {
            for (var i = 0; i < pictures; i++)
            {
                for (var layer = 0; layer < 2; layer++)
                {
                    timestamps[layer] += 3000;
                    if (layer < layers)
                    {
                        _publisher.SendRtp(
                            (uint)layer + 1, 96, sequences[layer]++, [0x10, (byte)(i % 5 == 0 ? 0 : 1), 9, 9], timestamps[layer], marker: true,
                            (1, "0"u8.ToArray()), (2, [(byte)"qh"[layer]]));
                    }
                }

                _stage.Pass(TimeSpan.FromMilliseconds(33));
            }
        }

        Play(30, 2);
        Play(50, 1);
        Play(30, 2);
        var packets = Read(all);
        Assert.Equal([0, 1, 0, 1], Changes(packets));
        for (var i = 1; i < packets.Count; i++)
        {
            Assert.Equal(packets[i - 1].Sequence + 1, packets[i].Sequence);
            Assert.InRange((int)(packets[i].Timestamp - packets[i - 1].Timestamp), 1, 3 * 90_000);
            Assert.True(packets[i].IsKeyframe || packets[i].Layer == packets[i - 1].Layer);
        }

        Assert.Equal([0], Changes(Read(low)));
    }

    [Fact]
    public void Clocks_put_sound_and_picture_in_step()
    {
        var audio = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        var video = _publisher.Peer.AddTrack(EngineStage.Receive("1", EngineStage.Video()));
        var (sound, picture) = (audio.AddTap(), video.AddTap());
        _publisher.SendRtp(1, 111, 1, [1], timestamp: 1_000_000);
        // The picture's tap begins after the report has come, and learns of it all the same.
        _publisher.SendRtp(2, 96, 1, [2], timestamp: 70_000);
        _publisher.SendRtcp((ref RtcpWriter writer) => writer.TrySenderReport(new SenderInformation(1, Noon, 1_000_000, 1, 1), []));
        _publisher.SendRtcp((ref RtcpWriter writer) => writer.TrySenderReport(new SenderInformation(2, Noon, 70_000, 1, 1), []));
        var late = video.AddTap();
        _publisher.SendRtp(2, 96, 2, [2], timestamp: 73_000);
        foreach (var (tap, timestamp) in new[] { (sound, 1_000_000u), (picture, 70_000u), (late, 70_000u) })
        {
            var clocks = new List<(ulong, uint, long)>();
            while (tap.TryRead(out var record))
            {
                if (record.Kind == TapRecordKind.Clock)
                    clocks.Add((record.Ntp, record.Timestamp, record.ArrivalUs));
                tap.Release();
            }

            Assert.Equal((Noon, timestamp, _stage.NowUs), Assert.Single(clocks));
        }
    }

    [Fact]
    public void A_relayed_track_is_carried_for_a_tap_as_for_a_subscriber()
    {
        using var relay = new RelayStage();
        var publisher = relay.Near.Connect();
        var relayed = relay.Relay(publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus())));
        var tap = relayed.AddTap();
        relay.Pass(TimeSpan.FromMilliseconds(5));
        publisher.SendRtp(1, 111, 1, [42]);
        relay.Pass(TimeSpan.FromMilliseconds(2));
        Assert.Equal(42, Assert.Single(Read(tap)).Payload[0]);
        relayed.RemoveTap(tap);
        relay.Pass(TimeSpan.FromMilliseconds(5));
        publisher.SendRtp(1, 111, 2, [43]);
        Assert.Equal(1, relay.ToFar.Count(RelayRecordKind.Media));
    }

    [Theory, InlineData(0), InlineData(2048), InlineData(5000)]
    public void A_capacity_that_is_none_is_refused(int capacity)
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        Assert.ThrowsAny<ArgumentException>(() => track.AddTap(new TapOptions { Capacity = capacity }));
        Assert.Empty(track.Copies);
    }

    public void Dispose() => _stage.Dispose();

    private void SendVp8(bool isKeyframe)
    {
        _sequence++;
        byte[] payload = [0x10, (byte)(isKeyframe ? 0 : 1), .. new byte[998]];
        if (isKeyframe)
            (payload[4], payload[5], payload[6]) = (0x9D, 1, 0x2A);
        _publisher.SendRtp(1, 96, _sequence, payload, (uint)(3000 * _sequence), marker: true);
    }

    private void SendLayer(int layer, long number, bool isKeyframe, int length = 5)
    {
        byte[] payload = [(byte)(isKeyframe ? 0x10 : 0), 0, 9, 9, (byte)number, .. new byte[length - 5]];
        _publisher.SendRtp((uint)layer + 1, 96, number, payload, 3000, marker: false, (1, "0"u8.ToArray()), (2, [(byte)"qh"[layer]]));
    }

    private int CountPictureLosses()
    {
        var count = 0;
        foreach (var compound in _publisher.TakeRtcp())
        {
            foreach (var packet in new RtcpPackets(compound))
                count += packet.IsFeedback(RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss) ? 1 : 0;
        }

        return count;
    }

    private static List<Tapped> Read(TrackTap tap)
    {
        var packets = new List<Tapped>();
        while (tap.TryRead(out var record))
        {
            if (record.Kind == TapRecordKind.Packet)
            {
                packets.Add(new Tapped(
                    record.Layer, record.Sequence, record.Timestamp, record.ArrivalUs, record.PayloadType, record.Marker, record.IsKeyframe, record.FollowsGap,
                    record.TryGetExtension(HeaderExtension.AudioLevel, out var level) ? level[0] : (byte)0, record.Payload.ToArray()));
            }

            tap.Release();
        }

        return packets;
    }

    private static List<int> Changes(List<Tapped> packets)
    {
        var layers = new List<int>();
        foreach (var packet in packets)
        {
            if (layers.Count == 0 || layers[^1] != packet.Layer)
                layers.Add(packet.Layer);
        }

        return layers;
    }

    private sealed record Tapped(
        int Layer, long Sequence, uint Timestamp, long ArrivalUs, byte PayloadType, bool Marker, bool IsKeyframe, bool FollowsGap, byte AudioLevel, byte[] Payload);
}
