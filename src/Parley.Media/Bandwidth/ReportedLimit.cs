// What a peer without transport-wide feedback lets us know: loss in receiver reports, and at best its own estimate (draft-alvestrand-rmcat-remb-03).
namespace Parley.Media.Bandwidth;

/// <summary>The loss-based control of draft-ietf-rmcat-gcc-02 §6, under the peer's own limit.</summary>
internal sealed class ReportedLimit
{
    private const double HarmlessLoss = 0.02;
    private const double SeriousLoss = 0.10;

    /// <summary>A receiver's estimate follows what it gets, up to 1.5 times; only one that is lower than this says that there is no more.</summary>
    private const double BindingShare = 1.3;

    private const double MostGrowth = 0.15;
    private const double LeastGrowth = 0.02;

    /// <summary>When the peer's limit is met again within this time, more is tried with more patience: each try costs a keyframe.</summary>
    private const long AgainUs = 60_000_000;

    private const long RembLifeUs = 10_000_000;

    private long _rembBps;
    private long _rembUs = long.MinValue;
    private long _appliedUs = long.MinValue;
    private long _metUs = long.MinValue / 2;
    private double _growthPerSecond = MostGrowth;
    private bool _isMet;
    private bool _hasNewLoss;

    /// <summary>The smoothed share of lost packets.</summary>
    public double Loss { get; private set; }

    public void HandleReport(double fractionLost)
    {
        var lost = double.IsFinite(fractionLost) ? Math.Clamp(fractionLost, 0, 1) : 0;
        Loss += (lost - Loss) / 2;
        _hasNewLoss = true;
    }

    /// <summary>What was lost was lost too long ago to say anything. It is no report either: of what nobody reported nothing is known, so nothing goes down for it.</summary>
    public void Forget() => Loss = 0;

    public void HandleRemb(long bps, long nowUs) => (_rembBps, _rembUs) = (Math.Max(bps, 0), nowUs);

    /// <summary>The next target, and why.</summary>
    public (long Bps, RateChangeReason Reason) Apply(long targetBps, long sentBps, long nowUs)
    {
        var passedUs = _appliedUs == long.MinValue ? 0 : Math.Clamp(nowUs - _appliedUs, 0, 2_000_000);
        _appliedUs = nowUs;
        var (next, reason) = (targetBps, RateChangeReason.Increase);
        if (Loss > SeriousLoss && _hasNewLoss)
            (next, reason) = ((long)(Math.Min(targetBps, Math.Max(sentBps, 1)) * (1 - Loss / 2)), RateChangeReason.Loss);
        else if (Loss < HarmlessLoss)
            next = targetBps + (long)(targetBps * _growthPerSecond * passedUs / 1_000_000);
        _hasNewLoss = false;

        var wasMet = _isMet;
        _isMet = false;
        if (_rembUs == long.MinValue || nowUs - _rembUs >= RembLifeUs || _rembBps >= next)
            return (next, reason);
        _isMet = _rembBps < sentBps * BindingShare;
        if (_isMet && !wasMet)
        {
            _growthPerSecond = nowUs - _metUs < AgainUs ? Math.Max(_growthPerSecond / 2, LeastGrowth) : MostGrowth;
            _metUs = nowUs;
        }

        return _isMet ? (_rembBps, RateChangeReason.PeerLimit) : (next, reason);
    }
}
