// The target and how it moves: up by additions or shares, down to what arrived when packets began to wait, and below that until the queue is empty.
namespace Parley.Media.Bandwidth;

/// <summary>What a queue delay means.</summary>
internal enum QueueVerdict
{
    Fine,
    Overuse,

    /// <summary>The delay stays whatever we do: the way itself is longer.</summary>
    NotOurs,
}

/// <summary>An additive-increase, multiplicative-decrease controller that knows what the way carried when it was last full.</summary>
/// <param name="options">Its bounds.</param>
/// <param name="carriedShare">The target grows no further while the most that was carried of late is less than this share of it.</param>
internal sealed class TargetRate(BandwidthOptions options, double carriedShare)
{
    /// <summary>Loss above the way's own that is taken for congestion.</summary>
    public const double ExcessLoss = 0.05;

    /// <summary>Media that is sent at this share of the target is limited by it.</summary>
    private const double FilledShare = 0.8;

    /// <summary>The most that was carried counts for less with every second.</summary>
    private const double PeakDecay = 0.05;

    /// <summary>So much of what a probe measured is taken to fit for longer than the probe.</summary>
    private const double ProbedShare = 0.95;

    /// <summary>An allocator wants room to spare (<see cref="LayerAllocator.Headroom"/>) before it goes up to all that is wanted.</summary>
    public const double WantedMargin = 1.3;

    private const double SuspectLoss = 0.02;

    /// <summary>
    /// Of a way that was never full, this much more than what came through without waiting is assumed where nothing else is to be sent anyway: nothing depends on
    /// it but that bursts have room. Once it was full, what came through fits, give or take a burst.
    /// </summary>
    private const double UnprovenHeadroom = 1.5;
    private const double ProvenShare = 0.9;

    /// <summary>A standing queue that is no sign of overuse: scheduling, bursts of a frame.</summary>
    private const long HarmlessQueueUs = 20_000;

    /// <summary>So much more is tolerated at half the rate, below <see cref="FastBps"/>.</summary>
    private const long HalvingUs = 4_000;
    private const double FastBps = 32e6;

    private const long ConfirmUs = 50_000;

    /// <summary>A short queue that stays for so long, neither longer nor gone, is no reason to wait any more.</summary>
    private const long PatienceUs = 3_000_000;

    /// <summary>Media that has not filled the target for so long does not ask any more.</summary>
    private const long FilledForUs = 2_000_000;

    private const int PacketBits = 1200 * 8;

    // After the queue has drained: a little less than what the way carried, so that it does not fill at once.
    private const double AfterDrain = 0.92;
    private const double LeastAddition = 12_000;
    private const double MostAddition = 0.08;
    private const double GrownShare = 1.1;
    private const double LeastDrain = 0.85;
    private const double MostDrain = 0.5;

    private double _target = options.StartBps;
    private double _capacity;
    private double _beforeDrain;
    private long _queueAtDecreaseUs;
    private long _decreasedUs;
    private long _noticedUs = long.MaxValue;
    private long _overUs = long.MaxValue;
    private long _grownUs = long.MinValue;
    private double _mostCarried;
    private long _filledUs = long.MinValue / 2;
    private long _sentAtFirstDecrease;
    private long _queueAtFirstDecreaseUs;
    private int _decreases;
    private bool _wasShort;

    public long TargetBps => (long)_target;

    public RateChangeReason Reason { get; private set; } = RateChangeReason.Start;

    /// <summary>True while the queue on the way is being emptied.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>True while the way is known to be full at some rate; false before it ever was, and since it turned out to carry more.</summary>
    public bool IsShort => IsDraining || _capacity > 0;

    /// <summary>What the target was when the peer fell silent.</summary>
    public long BeforeSilenceBps { get; private set; }

    public QueueVerdict HandleQueue(long queueUs, ArrivalHistory arrivals, long sentBps, double excessLoss, long rttUs, long nowUs)
    {
        var limitUs = LimitUs();
        _noticedUs = queueUs > limitUs / 2 ? Math.Min(_noticedUs, nowUs) : long.MaxValue;
        if (queueUs <= limitUs)
        {
            _overUs = long.MaxValue;
            if (IsDraining && (queueUs <= Math.Max(limitUs / 2, _queueAtDecreaseUs / 5) || nowUs - _decreasedUs > PatienceUs))
                FinishDraining();
            return QueueVerdict.Fine;
        }

        // One look may be a hiccup of the medium; a long queue is none.
        _overUs = Math.Min(_overUs, nowUs);
        if (queueUs < 2 * limitUs && nowUs - _overUs < ConfirmUs)
            return QueueVerdict.Fine;
        if (IsDraining)
        {
            if (nowUs - _decreasedUs < rttUs + 150_000)
            {
                LowerCapacity(arrivals.BusyRate(limitUs / 4));
                return QueueVerdict.Fine;
            }

            // It empties as it should: 15 % of the rate take about so much of the queue away.
            var expectedUs = _queueAtDecreaseUs - (nowUs - _decreasedUs - rttUs) / 20;
            if (queueUs < expectedUs)
                return QueueVerdict.Fine;
            if (IsNotOurs(queueUs, sentBps, excessLoss))
            {
                IsDraining = false;
                _target = Math.Max(_target, _beforeDrain);
                Reason = RateChangeReason.PathChange;
                return QueueVerdict.NotOurs;
            }
        }

        Decrease(queueUs, limitUs, arrivals, sentBps, nowUs);
        return QueueVerdict.Overuse;
    }

    /// <summary>More is lost than usual. True when the target went down.</summary>
    public bool HandleLoss(long receivedBps, long nowUs)
    {
        if (receivedBps == 0 || receivedBps >= _target)
            return false;
        _capacity = receivedBps;
        _mostCarried = Math.Min(_mostCarried, receivedBps);
        _wasShort = true;
        _decreasedUs = nowUs;
        _target = Clamp(receivedBps * AfterDrain);
        Reason = RateChangeReason.Loss;
        return true;
    }

    /// <summary>What came through without waiting fits.</summary>
    public void FollowArrivals(long receivedBps, bool wantsMore, bool isLossSuspect, long nowUs)
    {
        // What arrived up to a decrease was too much.
        if (IsDraining || isLossSuspect || WaitsForQueue(nowUs) || (_wasShort && nowUs - _decreasedUs < PatienceUs))
            return;
        var fits = receivedBps * (_wasShort ? ProvenShare : wantsMore ? 1 : UnprovenHeadroom);
        if (fits <= _target)
            return;
        _target = Clamp(fits);
        if (_target > _capacity * GrownShare)
            _capacity = 0;
        Reason = RateChangeReason.Increase;
    }

    /// <summary>True while media asks by itself whether there is more, as it fills the target now and then.</summary>
    public bool IsFilled(long nowUs) => nowUs - _filledUs < FilledForUs;

    /// <summary>Raises the target when nothing speaks against it and media fills it. True when the way turns out to carry more than it did.</summary>
    public bool Grow(long sentBps, long carriedBps, bool isLossSuspect, long wantedBps, long nowUs)
    {
        var passed = _grownUs == long.MinValue ? 0 : Math.Clamp(nowUs - _grownUs, 0, 200_000) / 1e6;
        _grownUs = nowUs;
        _mostCarried = Math.Max(carriedBps, _mostCarried * (1 - PeakDecay * passed));
        if (sentBps < _target * FilledShare || _mostCarried < _target * carriedShare)
            return false;
        _filledUs = nowUs;
        if (IsDraining || WaitsForQueue(nowUs) || isLossSuspect || _target >= wantedBps * WantedMargin)
            return false;
        // With so much more than it carried when it was full, there would be a queue by now.
        var hasGrown = _capacity > 0 && _target > _capacity * GrownShare;
        if (hasGrown)
            _capacity = 0;
        if (_capacity == 0)
            _target *= 1 + 0.15 * passed;
        else if (_target < _capacity * 0.8)
            _target *= 1 + 0.3 * passed;
        else
            _target += Math.Min(_target * MostAddition, Addition(nowUs)) * passed;
        _target = Clamp(_target);
        Reason = RateChangeReason.Increase;
        return hasGrown;
    }

    /// <summary>True when less would fit than is assumed, if a way ended there: what is carried fits whatever a probe says.</summary>
    public bool IsAbove(long endBps) => !IsDraining && Fitting(endBps) < _target;

    /// <summary>Probes have shown where the way ends.</summary>
    public void Lower(long endBps)
    {
        _target = Clamp(Fitting(endBps));
        Reason = RateChangeReason.Probe;
    }

    /// <summary>A probe has shown that more fits.</summary>
    public void Raise(long bps, long wantedBps)
    {
        _target = Clamp(Math.Max(_target, Math.Min(bps * ProbedShare, Math.Max(wantedBps, options.MinBps) * WantedMargin)));
        if (_target > _capacity * GrownShare)
            _capacity = 0;
        Reason = RateChangeReason.Probe;
    }

    /// <summary>The target that reports other than transport-wide ones lead to.</summary>
    public void Follow((long Bps, RateChangeReason Reason) limit, long wantedBps)
    {
        var most = Math.Max(_target, wantedBps * WantedMargin);
        _target = Clamp(Math.Min(limit.Bps, most));
        Reason = limit.Reason;
    }

    public void HandleSilence(bool isFirst)
    {
        if (isFirst)
            BeforeSilenceBps = TargetBps;
        _target = Clamp(_target / 2);
        IsDraining = false;
        Reason = RateChangeReason.NoFeedback;
    }

    public void EndSilence()
    {
        (_capacity, _mostCarried) = (0, 0);
        _decreases = 0;
        _grownUs = long.MinValue;
    }

    private void Decrease(long queueUs, long limitUs, ArrivalHistory arrivals, long sentBps, long nowUs)
    {
        var received = arrivals.BusyRate(limitUs / 4);
        if (received == 0)
            received = TargetBps;
        _capacity = received;
        _mostCarried = Math.Min(_mostCarried, received);
        _wasShort = true;
        if (!IsDraining)
        {
            _beforeDrain = _target;
            _decreases = 0;
            _sentAtFirstDecrease = sentBps;
            _queueAtFirstDecreaseUs = queueUs;
        }

        _decreases++;
        IsDraining = true;
        _queueAtDecreaseUs = queueUs;
        _decreasedUs = nowUs;
        // The longer the queue, the lower, so that it is empty within about a second.
        var share = Math.Clamp(1 - queueUs / 1e6, MostDrain, LeastDrain);
        _target = Clamp(Math.Min(_target, received * share));
        Reason = RateChangeReason.Overuse;
    }

    private double Fitting(long endBps) => Math.Max(endBps * ProbedShare, _mostCarried / carriedShare);

    // A queue that begins to build up will decide soon.
    private bool WaitsForQueue(long nowUs) => _noticedUs != long.MaxValue && nowUs - _noticedUs < PatienceUs;

    // Who has more gives way first, so that shares even out, and a slow way's packets take their time.
    private long LimitUs() => (long)(HarmlessQueueUs + HalvingUs * Math.Max(0, Math.Log2(FastBps / _target)) + PacketBits * 1e6 / Math.Max(_target, 100_000));

    // The same for everyone behind one bottleneck, whatever they have, so that shares even out; the longer it goes well, the more (RFC 9438's idea).
    private double Addition(long nowUs)
    {
        var patience = 1 + (nowUs - _decreasedUs) / 1e6;
        return LeastAddition * patience * patience;
    }

    /// <summary>The queue is empty: as much as the way carried, or nearly.</summary>
    public void FinishDraining()
    {
        IsDraining = false;
        _target = Clamp(Math.Max(_target, _capacity * AfterDrain));
        Reason = RateChangeReason.QueueDrained;
    }

    // Three times less was sent each time, less did leave, nothing unusual is lost, and the delay is what it was.
    private bool IsNotOurs(long queueUs, long sentBps, double excessLoss) =>
        _decreases >= 3 && sentBps < _sentAtFirstDecrease * 0.85 && excessLoss < SuspectLoss
        && Math.Abs(queueUs - _queueAtFirstDecreaseUs) < 5_000 + _queueAtFirstDecreaseUs / 10;

    // While the queue is not empty, what arrives is what the way carries; the first look may still have seen what it carried before.
    private void LowerCapacity(long busyBps)
    {
        if (busyBps > 0)
            _capacity = Math.Min(_capacity, busyBps);
    }

    private double Clamp(double bps) => Math.Clamp(bps, options.MinBps, options.MaxBps);
}
