// A scalable stream on a way that does not carry all of it: rates add up from the lowest layer on, and the layers that do not fit are left out at once.
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Congestion;

public sealed class TemporalLayersTests : IDisposable
{
    private const int FramesPerSecond = 30;
    private const int PayloadBytes = 1000;

    // Headers and tags, as rates count them.
    private const int FrameBits = (PayloadBytes + 72) * 8;

    private readonly EngineStage _stage = new();
    private readonly VirtualPeer _publisher;
    private readonly VirtualPeer _subscriber;
    private readonly Media.Forwarding.Subscription _video;
    private readonly HeaderExtensionMap _extensions = new([(1, HeaderExtension.Mid)]);
    private int _frame;

    public TemporalLayersTests()
    {
        _publisher = _stage.Connect();
        _subscriber = _stage.Connect();
        var codec = EngineStage.Video(name: "VP8");
        var track = _publisher.Peer.AddTrack(EngineStage.Receive("0", codec) with { Extensions = _extensions });
        _video = _subscriber.Peer.Subscribe(EngineStage.Send("0", 1000, codec) with { Extensions = _extensions }, track);
    }

    [Fact]
    public void Rates_add_up_and_what_does_not_fit_is_left_out()
    {
        Send(4);
        int[] expected = [FrameBits * FramesPerSecond / 4, FrameBits * FramesPerSecond / 2, FrameBits * FramesPerSecond];
        for (var temporal = 0; temporal < 3; temporal++)
            Assert.InRange(_video.Demand.RateOf(0, temporal), expected[temporal] * 0.8, expected[temporal] * 1.2);
        Assert.Equal(0, _video.Demand.RateOf(1, 0));
        Assert.InRange(Heard(2), 2 * FramesPerSecond - 1, 2 * FramesPerSecond + 1);

        // Three quarters of it: two of three layers fit, which is every other frame.
        Tell(expected[2] * 3 / 4);
        Assert.InRange(Heard(2), FramesPerSecond - 2, FramesPerSecond + 2);
        Tell(expected[2] * 2 / 5);
        Assert.InRange(Heard(2), FramesPerSecond / 2 - 2, FramesPerSecond / 2 + 2);
        Assert.False(_video.IsHeldBack);
        Tell(expected[2] / 8);
        Assert.Equal((0, true), (Heard(2), _video.IsHeldBack));
    }

    public void Dispose() => _stage.Dispose();

    private int Heard(double seconds)
    {
        _subscriber.TakeRtp();
        Send(seconds);
        return _subscriber.TakeRtp().Count(static packet => packet.Ssrc == 1000);
    }

    private void Tell(long bps) => _subscriber.SendRtcp((ref RtcpWriter writer) => Assert.True(writer.TryReceiverEstimate(1, bps, [1000])));

    private void Send(double seconds)
    {
        for (var left = (int)(seconds * FramesPerSecond); left > 0; left--, _frame++)
        {
            // 0 2 1 2: every fourth frame is of the lowest layer.
            var temporal = (_frame & 3) switch { 0 => 0, 2 => 1, _ => 2 };
            var payload = new byte[PayloadBytes];
            // Begins a partition; picture id, base layer index and temporal layer follow; the lowest bit of the frame says that it is no keyframe.
            payload[0] = 0x90;
            payload[1] = 0xE0;
            payload[2] = (byte)(0x80 | _frame >> 8 & 0x7F);
            payload[3] = (byte)_frame;
            payload[4] = (byte)(_frame / 4);
            payload[5] = (byte)(temporal << 6 | 0x20);
            payload[6] = (byte)(_frame == 0 ? 0 : 1);
            _publisher.SendRtp(7, 96, _frame + 1, payload, (uint)(_frame * 3000), marker: true, (1, "0"u8.ToArray()));
            _stage.Pass(TimeSpan.FromSeconds(1.0 / FramesPerSecond));
        }
    }
}
