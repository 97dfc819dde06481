// One transport in a closed loop: a sender of frames and audio under the estimate, and a receiver that reports arrivals.
using System.Buffers.Binary;
using Parley.Media.Bandwidth;
using Parley.Media.Rtcp;
using Parley.Media.Tests.Network;

namespace Parley.Media.Tests.Bandwidth;

/// <summary>What a subscriber wants, and how its receiver behaves.</summary>
internal sealed record SubscriberPlan
{
    /// <summary>Video and audio together, at best, with all headers.</summary>
    public long WantedBps { get; init; } = 2_500_000;

    /// <summary>The rates that video can have; empty for an encoder that follows the estimate.</summary>
    public long[] VideoLayersBps { get; init; } = [];

    public TimeSpan FeedbackEvery { get; init; } = TimeSpan.FromMilliseconds(70);

    public TimeSpan KeyframeEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Parts per million by which the receiver's clock is quick.</summary>
    public double ClockDriftPpm { get; init; } = 50;

    public TimeSpan StartsAt { get; init; }

    public int StartBps { get; init; } = 300_000;
}

internal sealed class SyntheticSubscriber
{
    private const int Overhead = 28;
    private const int MaxPayload = 1100;
    private const int AudioBytes = 100;
    private const int AudioBps = (AudioBytes + Overhead) * 8 * 50;

    private readonly SubscriberPlan _plan;
    private readonly byte _flow;
    private readonly NetworkLink _down;
    private readonly NetworkLink _up;
    private readonly Random _random;
    private readonly Queue<(int Bytes, long SinceUs)> _video = [];
    private readonly Queue<int> _audio = [];
    private readonly LayerDemand[] _demands = [new() { IsAudio = true }, new()];
    private readonly byte[] _buffer = new byte[1500];
    private readonly TransportArrivals _arrivals = new();
    private long _queuedBytes;
    private long _nextFrameUs;
    private long _nextAudioUs;
    private long _nextKeyframeUs;
    private long _nextFeedbackUs;
    private double _frameDebt;
    private ushort _sequence;

    public SyntheticSubscriber(SubscriberPlan plan, byte flow, NetworkLink down, NetworkLink up, int seed)
    {
        (_plan, _flow, _down, _up, _random) = (plan, flow, down, up, new Random(seed));
        Estimator = new BandwidthEstimator(new BandwidthOptions { StartBps = plan.StartBps }) { WantedBps = plan.WantedBps };
        _demands[0].SetRate(0, 0, AudioBps);
        for (var layer = 0; layer < plan.VideoLayersBps.Length; layer++)
            _demands[1].SetRate(layer, 0, (int)plan.VideoLayersBps[layer]);
        if (plan.VideoLayersBps.Length > 0)
            Estimator.WantedBps = LayerAllocator.Wanted(_demands);
        Pacing = new PacingBudget(plan.StartBps);
        var startUs = (long)plan.StartsAt.TotalMicroseconds;
        _nextFrameUs = _nextAudioUs = _nextFeedbackUs = startUs;
        _nextKeyframeUs = startUs;
    }

    public BandwidthEstimator Estimator { get; }

    public PacingBudget Pacing { get; }

    public long MediaBytesSent { get; private set; }

    public long PaddingBytesSent { get; private set; }

    public long BytesArrived { get; private set; }

    public long LongestPacedUs { get; private set; }

    public long LongestDelayUs { get; set; }

    public int Layer => _demands[1].Choice.Spatial;

    public byte Flow => _flow;

    public void Step(long nowUs)
    {
        if (nowUs < (long)_plan.StartsAt.TotalMicroseconds)
            return;
        if (nowUs >= _nextAudioUs)
        {
            _audio.Enqueue(AudioBytes);
            _nextAudioUs += 20_000;
        }

        if (nowUs >= _nextFrameUs)
        {
            MakeFrame(nowUs);
            _nextFrameUs += 33_333;
        }

        Estimator.HandleTime(nowUs);
        Pacing.SetTarget(Estimator.TargetBps, Estimator.Prober.RateBps * (Estimator.Prober.IsActive ? 1 : 0));
        Pacing.SetBacklog(_queuedBytes);
        Drain(nowUs);
        for (int due; (due = Estimator.Prober.PaddingDue(nowUs)) > 0;)
        {
            for (; due > 0; due -= MaxPayload)
                Send(Prober.PaddingBytes - Overhead, nowUs, isPadding: true);
        }
    }

    /// <summary>A datagram of this flow has arrived.</summary>
    public void Arrive(ReadOnlySpan<byte> datagram, long arrivalUs)
    {
        var sequence = BinaryPrimitives.ReadUInt16BigEndian(datagram[1..]);
        var sentUs = BinaryPrimitives.ReadInt64BigEndian(datagram[3..]);
        LongestDelayUs = Math.Max(LongestDelayUs, arrivalUs - sentUs);
        // A clock of its own, with its own zero and its own speed.
        _arrivals.Record(sequence, (long)(arrivalUs * (1 + _plan.ClockDriftPpm / 1e6)) + 777_000_000_000);
        BytesArrived += datagram.Length + Overhead;
    }

    /// <summary>Sends transport-wide feedback when it is due.</summary>
    public void Report(long nowUs)
    {
        if (nowUs < _nextFeedbackUs)
            return;
        _nextFeedbackUs = nowUs + (long)_plan.FeedbackEvery.TotalMicroseconds;
        while (_arrivals.HasNews)
        {
            var writer = new RtcpWriter(_buffer);
            Assert.True(writer.TryTransportFeedback(_flow, 0, _arrivals));
            _up.Send(_buffer.AsSpan(0, writer.Length), nowUs);
        }
    }

    public void HandleReport(ReadOnlySpan<byte> report, long nowUs)
    {
        var packets = new RtcpPackets(report);
        Assert.True(packets.MoveNext());
        Assert.True(TransportFeedback.TryRead(packets.Current, out var feedback));
        Estimator.HandleFeedback(in feedback, nowUs);
    }

    private void MakeFrame(long nowUs)
    {
        var available = Math.Min(Estimator.TargetBps, _plan.WantedBps) - AudioBps;
        if (_plan.VideoLayersBps.Length > 0)
            available = ChooseLayer(nowUs);
        // Headers take their part.
        var mean = available / 8.0 / 30 * MaxPayload / (MaxPayload + Overhead);
        if (mean < 50)
            return;
        var size = mean * (0.8 + 0.4 * _random.NextDouble());
        if (nowUs >= _nextKeyframeUs)
        {
            _nextKeyframeUs += (long)_plan.KeyframeEvery.TotalMicroseconds;
            size = mean * 5;
        }

        // An encoder keeps its rate over a second: a keyframe is paid back.
        var back = Math.Min(_frameDebt, mean * 0.25);
        size -= back;
        _frameDebt = Math.Max(0, _frameDebt - back + Math.Max(0, size - mean * 1.5));
        for (var left = (int)size; left > 0; left -= MaxPayload)
        {
            var bytes = Math.Max(Math.Min(left, MaxPayload), 20);
            _video.Enqueue((bytes, nowUs));
            _queuedBytes += bytes + Overhead;
        }
    }

    private long ChooseLayer(long nowUs)
    {
        LayerAllocator.Allocate(_demands, Estimator.TargetBps, nowUs);
        return Layer < 0 ? 0 : _plan.VideoLayersBps[Layer];
    }

    private void Drain(long nowUs)
    {
        while (Pacing.IsOpen(nowUs))
        {
            if (_audio.TryDequeue(out var bytes))
            {
                Send(bytes, nowUs);
                continue;
            }

            if (!_video.TryDequeue(out var packet))
                return;
            _queuedBytes -= packet.Bytes + Overhead;
            LongestPacedUs = Math.Max(LongestPacedUs, nowUs - packet.SinceUs);
            Send(packet.Bytes, nowUs);
        }
    }

    private void Send(int bytes, long nowUs, bool isPadding = false)
    {
        var datagram = _buffer.AsSpan(0, Math.Max(bytes, 20));
        datagram[0] = _flow;
        BinaryPrimitives.WriteUInt16BigEndian(datagram[1..], _sequence);
        BinaryPrimitives.WriteInt64BigEndian(datagram[3..], nowUs);
        var whole = datagram.Length + Overhead;
        Estimator.NoteSent(_sequence++, whole, nowUs);
        Pacing.Charge(whole, nowUs);
        if (isPadding)
            PaddingBytesSent += whole;
        else
            MediaBytesSent += whole;
        _down.Send(datagram, nowUs);
    }
}
