// A publisher of three layers and a subscriber behind a narrow way: the engine finds what the way carries, sends the layer that fits, and keeps queues short.
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Tests.Network;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Forwarding;

public sealed class CongestionTests : IDisposable
{
    private const byte TransportId = 5;
    private const int FramesPerSecond = 30;

    // 150, 500 and 1,500 kbit/s.
    private static readonly int[] FrameBytes = [625, 2083, 6250];
    private static readonly string[] Rids = ["q", "h", "f"];
    private static readonly HeaderExtensionMap Extensions = new(
        [(1, HeaderExtension.Mid), (2, HeaderExtension.RtpStreamId), (TransportId, HeaderExtension.TransportSequence)]);

    private readonly EngineStage _stage = new();
    private readonly VirtualPeer _publisher;
    private readonly VirtualPeer _subscriber;
    private readonly Subscription _video;
    private readonly TransportArrivals _arrivals = new();
    private readonly long[] _sequences = [1, 1, 1];
    private readonly bool[] _keyframeWanted = [true, true, true];
    private NetworkLink _link = new(1);
    private long _frame;
    private long _nextFrameUs;
    private long _nextReportUs;
    private long _soundSequence = 1;
    private long _nextSoundUs;
    private bool _reports = true;

    public CongestionTests()
    {
        _publisher = _stage.Connect();
        _subscriber = _stage.Connect();
        var vp8 = EngineStage.Video(name: "VP8");
        var video = _publisher.Peer.AddTrack(EngineStage.Receive("0", vp8) with { Rids = [.. Rids], Extensions = Extensions });
        var audio = _publisher.Peer.AddTrack(EngineStage.Receive("1", EngineStage.Opus()) with { Extensions = Extensions });
        _video = _subscriber.Peer.Subscribe(EngineStage.Send("0", 4711, vp8) with { Extensions = Extensions, RetransmissionSsrc = 4712 }, video);
        _subscriber.Peer.Subscribe(EngineStage.Send("1", 4713, EngineStage.Opus()) with { Extensions = Extensions }, audio);
    }

    [Fact]
    public void The_layer_that_fits_is_found_left_and_found_again()
    {
        _link = new NetworkLink(1, new LinkConditions { Delay = TimeSpan.FromMilliseconds(25), RateBps = 3_000_000, Queue = TimeSpan.FromMilliseconds(500) });
        Run(10);
        Assert.Equal(2, _video.CurrentLayer);
        Assert.InRange(_subscriber.Peer.EstimateBps, 1_700_000, 3_500_000);

        Narrow(900_000);
        Run(4);
        Assert.Equal(1, _video.CurrentLayer);
        Assert.InRange(_subscriber.Peer.EstimateBps, 500_000, 950_000);
        Assert.InRange(_link.QueueDelay.TotalMilliseconds, 0, 150);

        Narrow(400_000);
        Run(5);
        Assert.Equal(0, _video.CurrentLayer);

        Narrow(3_000_000);
        Run(25);
        Assert.Equal(2, _video.CurrentLayer);
    }

    [Fact]
    public void Sound_goes_on_where_no_picture_fits()
    {
        _link = new NetworkLink(1, new LinkConditions { Delay = TimeSpan.FromMilliseconds(25), RateBps = 120_000, Queue = TimeSpan.FromMilliseconds(500) });
        Run(10);
        _soundHeard = 0;
        Run(10);
        Assert.InRange(_soundHeard, 480, 500);
        Assert.InRange(_link.QueueDelay.TotalMilliseconds, 0, 200);
    }

    [Fact]
    public void Who_never_reports_is_sent_everything_at_once()
    {
        _reports = false;
        Run(5);
        Assert.Equal(2, _video.CurrentLayer);
        Assert.Equal(0, _subscriber.Peer.EstimateBps);
        Assert.InRange(_mostHeldUs, 0, 1_000);
    }

    [Fact]
    public void What_cannot_be_made_smaller_is_sent_whole_and_waits_for_a_moment_at_most()
    {
        // One layer of 1,500 kbit/s, and a way of 700: whatever the estimate, the engine is not where it piles up.
        _link = new NetworkLink(1, new LinkConditions { Delay = TimeSpan.FromMilliseconds(25), RateBps = 700_000, Queue = TimeSpan.FromMilliseconds(300) });
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("2", EngineStage.Video(type: 100, rtx: 101)) with { Extensions = Extensions });
        _video.Switch(null);
        var whole = _subscriber.Peer.Subscribe(EngineStage.Send("2", 4720, EngineStage.Video(type: 100, rtx: 101)) with { Extensions = Extensions }, track);
        for (var frame = 1; frame <= 300; frame++)
        {
            for (var part = 0; part < 6; part++)
                _publisher.SendRtp(50, 100, frame * 6 + part, new byte[1040], (uint)frame * 3000, marker: part == 5, (1, "2"u8.ToArray()));
            Run(1.0 / FramesPerSecond, withVideo: false);
            Assert.True(whole.BytesWaiting <= 4 * 6240, $"frame {frame}: {whole.BytesWaiting} bytes wait");
        }

        Assert.Equal(0, whole.PacketsMissed);
        Assert.InRange(whole.PacketsSent, 300 * 6 - 24, 300 * 6);
    }

    public void Dispose() => _stage.Dispose();

    private int _soundHeard;
    private long _mostHeldUs;

    private void Narrow(long rateBps) => _link.ChangeAt(_stage.NowUs, _link.Conditions with { RateBps = rateBps });

    private void Run(double seconds, bool withVideo = true)
    {
        for (var endUs = _stage.NowUs + (long)(seconds * 1e6); _stage.NowUs < endUs;)
        {
            if (withVideo && _stage.NowUs >= _nextFrameUs)
                SendFrame();
            if (_stage.NowUs >= _nextSoundUs)
            {
                _publisher.SendRtp(9, 111, _soundSequence++, new byte[80], (uint)(_soundSequence * 960), extensions: (1, "1"u8.ToArray()));
                _nextSoundUs = Math.Max(_nextSoundUs, _stage.NowUs - 20_000) + 20_000;
            }

            _stage.Pass(TimeSpan.FromMilliseconds(1));
            Carry();
            HearPublisher();
            if (_reports && _stage.NowUs >= _nextReportUs)
                Report();
        }
    }

    private void SendFrame()
    {
        _nextFrameUs = Math.Max(_nextFrameUs, _stage.NowUs - 33_333) + 1_000_000 / FramesPerSecond;
        _frame++;
        for (var layer = 0; layer < 3; layer++)
        {
            var isKey = _keyframeWanted[layer];
            _keyframeWanted[layer] = false;
            var bytes = isKey ? FrameBytes[layer] * 4 : FrameBytes[layer];
            for (var at = 0; at < bytes; at += 1100)
            {
                var payload = new byte[Math.Min(1100, bytes - at) + 6];
                payload[0] = (byte)(at == 0 ? 0x90 : 0x80);
                payload[1] = 0x80;
                payload[2] = (byte)(0x80 | _frame >> 8 & 0x7F);
                payload[3] = (byte)_frame;
                payload[4] = (byte)(isKey ? 0 : 1);
                _publisher.SendRtp(
                    (uint)layer + 1, 96, _sequences[layer]++, payload, (uint)(_frame * 3000), marker: at + 1100 >= bytes, (1, "0"u8.ToArray()), (2, [(byte)Rids[layer][0]]));
            }
        }
    }

    /// <summary>What the engine sent goes over the link; what comes out of it is noted.</summary>
    private void Carry()
    {
        foreach (var datagram in _subscriber.TakeRaw())
            _link.Send(datagram, _stage.NowUs);
        while (_link.TryReceive(_stage.NowUs, out var datagram, out var arrivalUs))
        {
            Assert.True(RtpHeader.TryRead(datagram, out var header));
            _soundHeard += header.Ssrc == 4713 ? 1 : 0;
            _mostHeldUs = Math.Max(_mostHeldUs, _video.BytesWaiting > 0 ? _stage.NowUs - arrivalUs : 0);
            foreach (var element in header.Extensions(datagram))
            {
                if (element.Id == TransportId)
                    _arrivals.Record((ushort)(element.Value[0] << 8 | element.Value[1]), arrivalUs);
            }
        }
    }

    private void HearPublisher()
    {
        foreach (var compound in _publisher.TakeRtcp())
        {
            foreach (var packet in new RtcpPackets(compound))
            {
                if (packet.IsFeedback(RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss) && packet.MediaSsrc is >= 1 and <= 3)
                    _keyframeWanted[packet.MediaSsrc - 1] = true;
            }
        }
    }

    private void Report()
    {
        _nextReportUs = _stage.NowUs + 70_000;
        while (_arrivals.HasNews)
        {
            var written = false;
            _subscriber.SendRtcp((ref RtcpWriter writer) => written = writer.TryTransportFeedback(1, 4711, _arrivals));
            if (!written)
                break;
        }
    }
}
