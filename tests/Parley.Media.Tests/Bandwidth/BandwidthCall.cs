// A call in virtual time: subscribers behind one bottleneck, watched in samples of 100 ms.
using Parley.Media.Tests.Network;

namespace Parley.Media.Tests.Bandwidth;

/// <summary>How a subscriber did in one tenth of a second.</summary>
internal readonly record struct CallSample(long TimeUs, long TargetBps, long ArrivedBps, long MediaBps, long PaddingBps, long QueueUs, double Loss);

internal sealed class BandwidthCall
{
    private const long SampleUs = 100_000;
    private readonly List<CallSample>[] _samples;
    private readonly (long Arrived, long Media, long Padding)[] _before;
    private long _nowUs;
    private long _nextSampleUs = SampleUs;

    public BandwidthCall(int seed, LinkConditions down, params SubscriberPlan[] plans)
    {
        Down = new NetworkLink(seed, down);
        Up = new NetworkLink(seed + 1, new LinkConditions { Delay = down.Delay });
        Subscribers = [.. plans.Select((plan, i) => new SyntheticSubscriber(plan, (byte)i, Down, Up, seed + 2 + i))];
        _samples = [.. plans.Select(_ => new List<CallSample>())];
        _before = new (long, long, long)[plans.Length];
    }

    public NetworkLink Down { get; }

    public NetworkLink Up { get; }

    public SyntheticSubscriber[] Subscribers { get; }

    public IReadOnlyList<CallSample> Samples(int subscriber = 0) => _samples[subscriber];

    public BandwidthCall RunUntil(double seconds)
    {
        for (var endUs = (long)(seconds * 1e6); _nowUs < endUs; _nowUs += 500)
        {
            foreach (var subscriber in Subscribers)
                subscriber.Step(_nowUs);
            while (Down.TryReceive(_nowUs, out var datagram, out var arrivalUs))
                Subscribers[datagram[0]].Arrive(datagram, arrivalUs);
            foreach (var subscriber in Subscribers)
                subscriber.Report(_nowUs);
            while (Up.TryReceive(_nowUs, out var report, out _))
                Subscribers[report[7]].HandleReport(report, _nowUs);
            if (_nowUs >= _nextSampleUs)
                Sample();
        }

        return this;
    }

    /// <summary>The mean of a sampled value between two times.</summary>
    public double Mean(double fromSeconds, double toSeconds, Func<CallSample, double> value, int subscriber = 0) =>
        _samples[subscriber].Where(sample => sample.TimeUs > fromSeconds * 1e6 && sample.TimeUs <= toSeconds * 1e6).Average(value);

    /// <summary>The largest of a sampled value between two times.</summary>
    public double Most(double fromSeconds, double toSeconds, Func<CallSample, double> value, int subscriber = 0) =>
        _samples[subscriber].Where(sample => sample.TimeUs > fromSeconds * 1e6 && sample.TimeUs <= toSeconds * 1e6).Max(value);

    /// <summary>The first time from which a sampled value stays true for a second; in seconds, infinite when never.</summary>
    public double FirstTime(double fromSeconds, Func<CallSample, bool> holds, int subscriber = 0)
    {
        var run = 0;
        foreach (var sample in _samples[subscriber])
        {
            if (sample.TimeUs <= fromSeconds * 1e6)
                continue;
            run = holds(sample) ? run + 1 : 0;
            if (run == 10)
                return sample.TimeUs / 1e6 - 0.9;
        }

        return double.PositiveInfinity;
    }

    private void Sample()
    {
        for (var i = 0; i < Subscribers.Length; i++)
        {
            var subscriber = Subscribers[i];
            var now = (subscriber.BytesArrived, subscriber.MediaBytesSent, subscriber.PaddingBytesSent);
            _samples[i].Add(new CallSample(
                _nowUs, subscriber.Estimator.TargetBps, Rate(now.BytesArrived - _before[i].Arrived), Rate(now.MediaBytesSent - _before[i].Media),
                Rate(now.PaddingBytesSent - _before[i].Padding), (long)Down.QueueDelay.TotalMicroseconds, subscriber.Estimator.Loss));
            _before[i] = now;
        }

        _nextSampleUs += SampleUs;
    }

    private static long Rate(long bytes) => bytes * 8_000_000 / SampleUs;
}
