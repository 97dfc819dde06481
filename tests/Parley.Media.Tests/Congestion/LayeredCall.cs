// A publisher of layered videos and subscribers behind one bottleneck, around a whole engine and in virtual time.
using Parley.Media.Engine;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Tests.Network;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Congestion;

/// <summary>What is published, and what is negotiated with the subscribers.</summary>
internal sealed record CallPlan
{
    /// <summary>How many videos the publisher sends, each in all layers.</summary>
    public int Videos { get; init; } = 1;

    /// <summary>The rates of the layers, with all headers; one for a video that has no layers.</summary>
    public int[] LayersBps { get; init; } = [150_000, 500_000, 1_500_000];

    public int FramesPerSecond { get; init; } = 30;

    /// <summary>How much larger a keyframe is.</summary>
    public int KeyframeFactor { get; init; } = 4;

    public int Subscribers { get; init; } = 1;

    public ReportKind Reports { get; init; } = ReportKind.Arrivals;

    /// <summary>A receiver's own estimate is never higher than this (REMB).</summary>
    public long ReceiverLimitBps { get; init; } = long.MaxValue;

    /// <summary>Whether a stream for retransmissions is negotiated.</summary>
    public bool Retransmission { get; init; } = true;

    public bool Sound { get; init; } = true;
}

internal sealed class LayeredCall : IDisposable
{
    public const byte TransportId = 5;

    private const int Headers = 28 + 12 + 16 + 12;
    private const int PacketBytes = 1100;
    private const long SoundUs = 20_000;

    private static readonly string[] Rids = ["q", "h", "f"];
    private static readonly (byte, HeaderExtension)[] Common = [(1, HeaderExtension.Mid), (2, HeaderExtension.RtpStreamId)];
    private static readonly HeaderExtensionMap Numbered = new([.. Common, (TransportId, HeaderExtension.TransportSequence)]);
    private static readonly HeaderExtensionMap Plain = new(Common);

    private readonly CallPlan _plan;
    private readonly EngineStage _stage = new();
    private readonly VirtualPeer _publisher;
    private readonly long[] _sequences;
    private readonly bool[] _keyframeWanted;
    private readonly List<byte[]> _frame = [];
    private long _frames;
    private long _nextFrameUs;
    private long _soundSequence = 1;
    private long _nextSoundUs;

    public LayeredCall(int seed, LinkConditions link, CallPlan? plan = null)
    {
        _plan = plan ?? new CallPlan();
        Link = new NetworkLink(seed, link);
        _publisher = _stage.Connect();
        var layers = _plan.LayersBps.Length;
        _sequences = new long[_plan.Videos * layers];
        Array.Fill(_sequences, 1);
        _keyframeWanted = new bool[_sequences.Length];
        Array.Fill(_keyframeWanted, true);
        var videos = new Media.Forwarding.MediaTrack[_plan.Videos];
        for (var video = 0; video < _plan.Videos; video++)
        {
            videos[video] = _publisher.Peer.AddTrack(
                EngineStage.Receive($"v{video}", EngineStage.Video(name: "VP8")) with { Rids = layers > 1 ? [.. Rids[..layers]] : [], Extensions = Numbered });
        }

        var sound = _plan.Sound ? _publisher.Peer.AddTrack(EngineStage.Receive("a", EngineStage.Opus()) with { Extensions = Numbered }) : null;
        // The subscribers come to something that is there.
        Run(1.5);
        Subscribers = [.. Enumerable.Range(0, _plan.Subscribers).Select(_ => new CallSubscriber(_stage, _plan, Extensions, videos, sound))];
    }

    public NetworkLink Link { get; }

    public CallSubscriber[] Subscribers { get; } = [];

    public long NowUs => _stage.NowUs;

    /// <summary>The subscriber, where there is one.</summary>
    public CallSubscriber Subscriber => Subscribers[0];

    private HeaderExtensionMap Extensions => _plan.Reports == ReportKind.Arrivals ? Numbered : Plain;

    public void Narrow(long? rateBps) => Link.ChangeAt(_stage.NowUs, Link.Conditions with { RateBps = rateBps });

    /// <summary>The next frame of every layer is a keyframe.</summary>
    public void WantKeyframes() => Array.Fill(_keyframeWanted, true);

    /// <summary>Runs for a time; what is done after each millisecond may look at anything.</summary>
    public LayeredCall Run(double seconds, Action? look = null)
    {
        for (var endUs = _stage.NowUs + (long)(seconds * 1e6); _stage.NowUs < endUs;)
        {
            if (_stage.NowUs >= _nextFrameUs)
                SendFrames();
            if (_plan.Sound && _stage.NowUs >= _nextSoundUs)
                SendSound();
            _stage.Pass(TimeSpan.FromMilliseconds(1));
            Carry();
            HearPublisher();
            foreach (var subscriber in Subscribers)
                subscriber.Report(_stage.NowUs);
            look?.Invoke();
        }

        return this;
    }

    /// <summary>The mean of a value over a time, looked at ten times a second.</summary>
    public double Mean(double seconds, Func<double> value)
    {
        var (sum, count, ticks) = (0.0, 0, 0);
        Run(seconds, () =>
        {
            if (++ticks % 100 != 0)
                return;
            sum += value();
            count++;
        });
        return sum / count;
    }

    /// <summary>The time until something holds, in seconds; infinite when it does not within the given time.</summary>
    public double TimeUntil(double seconds, Func<bool> holds)
    {
        var fromUs = _stage.NowUs;
        while (_stage.NowUs < fromUs + seconds * 1e6)
        {
            Run(0.02);
            if (holds())
                return (_stage.NowUs - fromUs) / 1e6;
        }

        return double.PositiveInfinity;
    }

    public void Dispose() => _stage.Dispose();

    private void SendFrames()
    {
        _nextFrameUs = Math.Max(_nextFrameUs, _stage.NowUs - 20_000) + 1_000_000 / _plan.FramesPerSecond;
        _frames++;
        for (var stream = 0; stream < _sequences.Length; stream++)
        {
            var (video, layer) = Math.DivRem(stream, _plan.LayersBps.Length);
            var isKey = _keyframeWanted[stream];
            _keyframeWanted[stream] = false;
            var bytes = _plan.LayersBps[layer] / 8 / _plan.FramesPerSecond * (isKey ? _plan.KeyframeFactor : 1);
            _frame.Clear();
            // Parts of about equal size, as encoders' packetizers make them.
            var parts = (bytes + PacketBytes - 1) / PacketBytes;
            for (var part = 0; part < parts; part++)
            {
                var payload = new byte[Math.Max(bytes / parts - Headers, 20)];
                payload[0] = (byte)(part == 0 ? 0x90 : 0x80);
                payload[1] = 0x80;
                payload[2] = (byte)(0x80 | _frames >> 8 & 0x7F);
                payload[3] = (byte)_frames;
                payload[4] = (byte)(isKey && part == 0 ? 0 : 1);
                _frame.Add(_publisher.Rtp(
                    (uint)(100 + stream), 96, _sequences[stream]++, payload, (uint)(_frames * 90_000 / _plan.FramesPerSecond), part == parts - 1,
                    (1, System.Text.Encoding.ASCII.GetBytes($"v{video}")), (2, [(byte)Rids[layer][0]])));
            }

            // The whole frame in one turn, as it comes from a browser.
            _stage.Send(_publisher.Path, [.. _frame]);
            Carry();
        }
    }

    private void SendSound()
    {
        _nextSoundUs = Math.Max(_nextSoundUs, _stage.NowUs - SoundUs) + SoundUs;
        _publisher.SendRtp(9, 111, _soundSequence++, new byte[80], (uint)(_soundSequence * 960), extensions: (1, "a"u8.ToArray()));
    }

    /// <summary>What the engine sent goes over the link; what comes out of it is noted.</summary>
    private void Carry()
    {
        for (var i = 0; i < Subscribers.Length; i++)
        {
            foreach (var datagram in Subscribers[i].TakeSent(_stage.NowUs))
                Link.Send([.. datagram, (byte)i], _stage.NowUs);
        }

        while (Link.TryReceive(_stage.NowUs, out var datagram, out var arrivalUs))
            Subscribers[datagram[^1]].Arrive(datagram.AsSpan(0, datagram.Length - 1), arrivalUs);
    }

    private void HearPublisher()
    {
        foreach (var compound in _publisher.TakeRtcp())
        {
            foreach (var packet in new RtcpPackets(compound))
            {
                if (packet.IsFeedback(RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss))
                    _keyframeWanted[packet.MediaSsrc - 100] = true;
            }
        }
    }
}
