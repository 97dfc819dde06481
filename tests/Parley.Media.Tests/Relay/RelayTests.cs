// A track that is read in another engine than its publisher's: everything a subscriber there sees is as if it were here.
using Parley.Media.Forwarding;
using Parley.Media.Relay;
using Parley.Media.Rtcp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Relay;

public sealed class RelayTests : IDisposable
{
    private const ulong Noon = 3_900_000_000UL << 32;

    private readonly RelayStage _stage = new();
    private readonly VirtualPeer _publisher;

    public RelayTests() => _publisher = _stage.Near.Connect();

    [Fact]
    public void What_was_wanted_of_a_node_before_it_was_restarted_is_wanted_of_nobody_after()
    {
        using var relay = new RelayStage();
        var opus = EngineStage.Opus();
        var relayed = relay.Relay(relay.Near.Connect().Peer.AddTrack(EngineStage.Receive("0", opus)));
        relay.Far.Connect().Peer.Subscribe(EngineStage.Send("0", 7, opus), relayed);
        relay.Pass(TimeSpan.FromMilliseconds(50));
        var want = relay.ToNear.Sent.Last(static record => RelayRecord.TryRead(record, out var kind, out _) && kind == RelayRecordKind.Want);
        using var restarted = new EngineStage(seed: 2);
        var way = new RelayWay(new Network.NetworkLink(1), () => restarted.NowUs);
        var link = restarted.Engine.OpenLink(way);
        var publisher = restarted.Connect();
        link.Offer(publisher.Peer.AddTrack(EngineStage.Receive("0", opus)));
        link.HandleRecord(want, restarted.NowUs);
        publisher.SendRtp(1, 111, 1, [1]);
        Assert.Equal((0, 1), (way.Count(RelayRecordKind.Media), way.Count(RelayRecordKind.Ended)));
    }

    [Fact]
    public void Subscribers_of_both_engines_get_the_same()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        var relayed = _stage.Relay(track);
        var (near, far) = (_stage.Near.Connect(), _stage.Far.Connect());
        near.Peer.Subscribe(EngineStage.Send("0", 7, EngineStage.Video()), track);
        far.Peer.Subscribe(EngineStage.Send("0", 8, EngineStage.Video()), relayed);
        _stage.Pass(TimeSpan.FromMilliseconds(5));
        for (var i = 1; i <= 100; i++)
        {
            _publisher.SendRtp(1, 96, i, new byte[i * 10], (uint)(3000 * i), marker: i % 3 == 0, (1, "0"u8.ToArray()), (4, [(byte)i]));
            _stage.Pass(TimeSpan.FromMilliseconds(3));
        }

        var (here, there) = (near.TakeRtp(), far.TakeRtp());
        Assert.Equal(100, there.Count);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal((8u, here[i].PayloadType, here[i].Timestamp, here[i].Marker), (there[i].Ssrc, there[i].PayloadType, there[i].Timestamp, there[i].Marker));
            Assert.Equal(here[i].Payload, there[i].Payload);
            Assert.Equal(here[i].Extensions[4], there[i].Extensions[4]);
            Assert.Equal(there[0].Sequence + i, there[i].Sequence);
        }

        Assert.True(relayed.HasStarted);
        Assert.Null(relayed.Publisher);
        Assert.Equal((0, 0, 0), (_stage.NearLink.Counters.Dropped, _stage.FarLink.Counters.Duplicates, _stage.Far.Engine.Drops.Total));
    }

    [Fact]
    public void Nothing_is_carried_for_nobody()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        var relayed = _stage.Relay(track);
        var far = _stage.Far.Connect();
        Play(1, 10);
        Assert.Equal(0, _stage.ToFar.Count(RelayRecordKind.Media));
        var subscription = far.Peer.Subscribe(EngineStage.Send("0", 8, EngineStage.Video()), relayed);
        _stage.Pass(TimeSpan.FromMilliseconds(5));
        Play(11, 10);
        Assert.Equal(10, _stage.ToFar.Count(RelayRecordKind.Media));
        subscription.Switch(null);
        _stage.Pass(TimeSpan.FromMilliseconds(5));
        Play(21, 10);
        Assert.Equal(10, _stage.ToFar.Count(RelayRecordKind.Media));
        var told = _stage.ToFar.Sent.Count + _stage.ToNear.Sent.Count;
        _stage.Pass(TimeSpan.FromSeconds(9));
        Assert.False(relayed.HasEnded);
        Assert.InRange(_stage.ToFar.Sent.Count + _stage.ToNear.Sent.Count - told, 1, 30);
        _stage.Pass(TimeSpan.FromSeconds(2));
        Assert.True(relayed.HasEnded);
        Assert.Equal((0, 0), (_stage.NearLink.OfferCount, _stage.FarLink.ReceivedCount));
        Assert.Empty(track.Copies);
    }

    [Fact]
    public void A_track_that_is_held_stays_without_readers()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        var relayed = _stage.Relay(track);
        relayed.HoldRelay();
        relayed.HoldRelay();
        _stage.Pass(TimeSpan.FromSeconds(25));
        relayed.ReleaseRelay();
        _publisher.Send(_publisher.Check());
        _stage.Pass(TimeSpan.FromSeconds(25));
        Assert.False(relayed.HasEnded);
        Assert.Equal(0, _stage.ToFar.Count(RelayRecordKind.Media));
        relayed.ReleaseRelay();
        _publisher.Send(_publisher.Check());
        _stage.Pass(TimeSpan.FromSeconds(11));
        Assert.True(relayed.HasEnded);
        // There is no relay to hold.
        track.HoldRelay();
        track.ReleaseRelay();
        Assert.False(track.HasEnded);
    }

    [Fact]
    public void It_is_carried_again_for_whoever_comes_later()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        var relayed = _stage.Relay(track);
        Assert.Same(relayed, _stage.Relay(track));
        var far = _stage.Far.Connect();
        var subscription = far.Peer.Subscribe(EngineStage.Send("0", 8, EngineStage.Video()), relayed);
        _stage.Pass(TimeSpan.FromMilliseconds(5));
        Play(1, 5);
        subscription.Switch(null);
        _stage.Pass(TimeSpan.FromSeconds(3));
        Play(6, 300);
        subscription.Switch(relayed);
        _stage.Pass(TimeSpan.FromMilliseconds(5));
        Play(306, 5);
        var received = far.TakeRtp();
        Assert.Equal(10, received.Count);
        Assert.Equal(received[0].Sequence + 9, received[9].Sequence);
        Assert.Equal(0, _stage.ToNear.Count(RelayRecordKind.Missing));
    }

    [Fact]
    public void It_ends_with_its_publisher()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        var relayed = _stage.Relay(track);
        var far = _stage.Far.Connect();
        var subscription = far.Peer.Subscribe(EngineStage.Send("0", 8, EngineStage.Video()), relayed);
        _stage.Pass(TimeSpan.FromMilliseconds(5));
        _publisher.Peer.RemoveTrack(track);
        _stage.Pass(TimeSpan.FromMilliseconds(2));
        Assert.True(relayed.HasEnded);
        Assert.Null(subscription.Track);
        Assert.Equal((0, 0), (_stage.NearLink.OfferCount, _stage.FarLink.ReceivedCount));
    }

    [Fact]
    public void A_track_that_ended_before_it_was_asked_for_ends_at_once()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        var id = _stage.NearLink.Offer(track);
        _publisher.Peer.RemoveTrack(track);
        _stage.Pass(TimeSpan.FromMilliseconds(2));
        var relayed = _stage.FarLink.Receive(id, track.Parameters);
        _stage.Pass(TimeSpan.FromMilliseconds(5));
        Assert.True(relayed.HasEnded);
    }

    [Fact]
    public void An_end_that_is_gone_without_a_word_costs_nothing_after_a_while()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        var relayed = _stage.Relay(track);
        var far = _stage.Far.Connect();
        far.Peer.Subscribe(EngineStage.Send("0", 8, EngineStage.Video()), relayed);
        _stage.Pass(TimeSpan.FromMilliseconds(5));
        _stage.Near.Pass(TimeSpan.FromSeconds(6));
        Assert.Equal(0, _stage.NearLink.OfferCount);
        var sent = _stage.ToFar.Sent.Count;
        _publisher.SendRtp(1, 96, 1, [1]);
        Assert.Equal(sent, _stage.ToFar.Sent.Count);
    }

    [Fact]
    public void Requests_for_keyframes_go_back_and_become_one()
    {
        var vp8 = EngineStage.Video(name: "VP8");
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", vp8));
        var relayed = _stage.Relay(track);
        _publisher.SendRtp(1, 96, 1, [0x10, 0, 1]);
        var peers = new[] { _stage.Far.Connect(), _stage.Far.Connect(), _stage.Far.Connect() };
        for (var i = 0; i < peers.Length; i++)
            peers[i].Peer.Subscribe(EngineStage.Send("0", (uint)(8 + i), vp8), relayed);
        _stage.Pass(TimeSpan.FromMilliseconds(20));
        Assert.Equal(1, CountPictureLosses());
        _publisher.SendRtp(1, 96, 2, [0x10, 0, 0]);
        _stage.Pass(TimeSpan.FromMilliseconds(5));
        Assert.All(peers, peer => Assert.Single(peer.TakeRtp()));

        _stage.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(0, CountPictureLosses());
        for (var i = 0; i < peers.Length; i++)
        {
            var ssrc = (uint)(8 + i);
            peers[i].SendRtcp((ref RtcpWriter writer) => writer.TryPictureLoss(1, ssrc));
        }

        _stage.Pass(TimeSpan.FromMilliseconds(20));
        Assert.Equal(1, CountPictureLosses());
    }

    [Fact]
    public void What_a_subscriber_missed_is_sent_again_from_the_store_at_hand()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        var relayed = _stage.Relay(track);
        var far = _stage.Far.Connect();
        far.Peer.Subscribe(EngineStage.Send("0", 8, EngineStage.Video(rtx: null)), relayed);
        _stage.Pass(TimeSpan.FromMilliseconds(5));
        Play(1, 20);
        var sent = far.TakeRaw();
        var records = _stage.ToNear.Sent.Count;
        Assert.True(Parley.Media.Rtp.RtpHeader.TryRead(sent[7], out var missed));
        far.SendRtcp((ref RtcpWriter writer) => writer.Nack(1, 8, new[] { missed.Sequence }));
        Assert.Equal(sent[7], Assert.Single(far.TakeRaw()));
        Assert.Equal(records, _stage.ToNear.Sent.Count);
    }

    [Fact]
    public void Sound_and_picture_stay_in_step_and_reports_say_the_same_at_both_ends()
    {
        var audio = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Opus()));
        var video = _publisher.Peer.AddTrack(EngineStage.Receive("1", EngineStage.Video()));
        var (near, far) = (_stage.Near.Connect(), _stage.Far.Connect());
        var (farAudio, farVideo) = (_stage.Relay(audio), _stage.Relay(video));
        foreach (var (peer, sound, picture) in new[] { (near, audio, video), (far, farAudio, farVideo) })
        {
            peer.Peer.Subscribe(EngineStage.Send("0", 100, EngineStage.Opus()), sound);
            peer.Peer.Subscribe(EngineStage.Send("1", 200, EngineStage.Video()), picture);
        }

        _stage.Pass(TimeSpan.FromMilliseconds(20));
        _publisher.SendRtp(1, 111, 1, [1], timestamp: 1_000_000);
        _publisher.SendRtp(2, 96, 1, [2], timestamp: 70_000);
        _publisher.SendRtcp((ref RtcpWriter writer) => writer.TrySenderReport(new SenderInformation(1, Noon, 1_000_000, 1, 1), []));
        _stage.Pass(TimeSpan.FromMilliseconds(40));
        _publisher.SendRtcp((ref RtcpWriter writer) => writer.TrySenderReport(new SenderInformation(2, Noon, 70_000, 1, 1), []));
        _stage.Pass(TimeSpan.FromMilliseconds(1200));
        var (here, there) = (Reports(near), Reports(far));
        Assert.Equal([100u, 200u], there.Keys.Order());
        foreach (var (ssrc, report) in there)
        {
            var (first, rate) = ssrc == 100 ? (1_000_000u, 48_000) : (70_000u, 90_000);
            Assert.InRange((report.Timestamp - first) / (double)rate - (report.Ntp - Noon) / (double)(1L << 32), -0.0001, 0.0001);
            // Both engines carry the publisher's clock on by the same clock of ours.
            var apart = (long)(report.Ntp - here[ssrc].Ntp) / (double)(1L << 32);
            Assert.InRange((int)(report.Timestamp - here[ssrc].Timestamp) / (double)rate - apart, -0.0001, 0.0001);
            Assert.Equal(here[ssrc].Packets, report.Packets);
        }
    }

    [Fact]
    public void A_link_that_closes_ends_what_came_over_it()
    {
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        var relayed = _stage.Relay(track);
        var far = _stage.Far.Connect();
        far.Peer.Subscribe(EngineStage.Send("0", 8, EngineStage.Video()), relayed);
        _stage.Pass(TimeSpan.FromMilliseconds(5));
        _stage.FarLink.Close();
        _stage.NearLink.Close();
        Assert.True(relayed.HasEnded);
        Assert.Empty(track.Copies);
        Assert.Throws<ObjectDisposedException>(() => _stage.NearLink.Offer(track));
        _publisher.SendRtp(1, 96, 1, [1]);
        Assert.Equal(0, _stage.ToFar.Count(RelayRecordKind.Media));
    }

    [Fact]
    public void A_track_that_came_over_a_link_goes_on_over_another()
    {
        using var next = new RelayStage(seed: 9);
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        var relayed = _stage.Relay(track);
        // The far engine is the near one of another link.
        var (toThird, toFar) = (new RelayWay(new Network.NetworkLink(1), () => _stage.Far.NowUs), new RelayWay(new Network.NetworkLink(2), () => _stage.Far.NowUs));
        var link = _stage.Far.Engine.OpenLink(toThird, new RelayOptions { SharesClock = true });
        var last = next.Far.Engine.OpenLink(toFar, new RelayOptions { SharesClock = true });
        var third = last.Receive(link.Offer(relayed), relayed.Parameters);
        var peer = next.Far.Connect();
        peer.Peer.Subscribe(EngineStage.Send("0", 8, EngineStage.Video()), third);
        void Pass(int milliseconds)
        {
            for (; milliseconds > 0; milliseconds--)
            {
                _stage.Pass(TimeSpan.FromMilliseconds(1));
                next.Pass(TimeSpan.FromMilliseconds(1));
                while (toThird.TryReceive(out var record))
                    last.HandleRecord(record, next.Far.NowUs);
                next.Far.EndTurn();
                while (toFar.TryReceive(out var record))
                    link.HandleRecord(record, _stage.Far.NowUs);
            }
        }

        Pass(10);
        for (var i = 1; i <= 10; i++)
        {
            _publisher.SendRtp(1, 96, i, [(byte)i]);
            Pass(3);
        }

        Assert.Equal(Enumerable.Range(1, 10).Select(static i => (byte)i), peer.TakeRtp().Select(static packet => packet.Payload[0]));
    }

    public void Dispose() => _stage.Dispose();

    private void Play(int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            _publisher.SendRtp(1, 96, i, [(byte)i, 1, 2, 3], (uint)(3000 * i), marker: true);
            _stage.Pass(TimeSpan.FromMilliseconds(3));
        }
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

    /// <summary>The last report of each stream.</summary>
    private static Dictionary<uint, SenderInformation> Reports(VirtualPeer peer)
    {
        var reports = new Dictionary<uint, SenderInformation>();
        foreach (var compound in peer.TakeRtcp())
        {
            foreach (var packet in new RtcpPackets(compound))
            {
                if (SenderInformation.TryRead(packet, out var information))
                    reports[information.Ssrc] = information;
            }
        }

        return reports;
    }
}
