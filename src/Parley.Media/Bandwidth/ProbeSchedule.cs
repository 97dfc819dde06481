// When it is worth asking whether the way carries more, and how much to ask for.
namespace Parley.Media.Bandwidth;

/// <summary>
/// Probes in quick succession at the start and after a silence, for as long as each finds more; then now and then while less is known to fit than is wanted.
/// </summary>
internal sealed class ProbeSchedule(Prober prober, BandwidthOptions options)
{
    private const double FirstFactor = 3;
    private const double NextFactor = 2;

    /// <summary>A quick probe that finds less than this more ends the succession.</summary>
    private const double WorthwhileGain = 1.2;

    /// <summary>With this share of the most that is of use there is nothing left to ask.</summary>
    private const double EnoughShare = 0.9;

    /// <summary>Who is sent less than this is sent no media.</summary>
    public const long IdleBps = 2_000;

    private const long FirstPauseUs = 4_000_000;
    private const long LongestPauseUs = 20_000_000;
    private const long AfterOveruseUs = 4_000_000;
    private const long ConfirmUs = 1_000_000;

    private bool _isQuick;
    private long _askBps;
    private long _baseBps;
    private long _pauseUs = FirstPauseUs;
    private long _notBeforeUs = long.MaxValue;
    private long _endBps = long.MaxValue;

    /// <summary>When the last cluster began.</summary>
    public long BeganUs { get; private set; }

    public void Start(long nowUs) => Restart(0, nowUs);

    /// <summary>Begins from the bottom again; the first question is whether half of what was there before is there.</summary>
    public void Restart(long beforeBps, long nowUs)
    {
        _isQuick = true;
        _askBps = beforeBps / 2;
        _pauseUs = FirstPauseUs;
        _notBeforeUs = nowUs;
    }

    /// <summary>The way carries more than it did: asks how much more.</summary>
    public void NoteGrowth(long nowUs)
    {
        _isQuick = true;
        _notBeforeUs = nowUs;
    }

    public void NoteOveruse(long nowUs)
    {
        _isQuick = false;
        _notBeforeUs = Math.Max(_notBeforeUs == long.MaxValue ? 0 : _notBeforeUs, nowUs + AfterOveruseUs);
    }

    /// <summary>Nothing could be sent for the cluster: to ask again at once would meet the same.</summary>
    public void NoteUnserved(long nowUs)
    {
        _isQuick = false;
        _notBeforeUs = Math.Max(_notBeforeUs, nowUs + _pauseUs);
    }

    /// <summary>The rate of the cluster to begin now; 0 when there is none.</summary>
    public long Next(TargetRate rate, long wantedBps, long sentBps, long nowUs)
    {
        var most = Math.Min((long)(wantedBps * TargetRate.WantedMargin), options.MaxBps);
        // To whom nothing is sent a probe does no harm, and all that he could see depends on it.
        var notBeforeUs = sentBps < IdleBps ? Math.Min(_notBeforeUs, BeganUs + FirstPauseUs) : _notBeforeUs;
        if (nowUs < notBeforeUs || prober.IsActive || rate.TargetBps >= most * EnoughShare)
            return 0;
        // Media that fills the target asks the question itself, and without taking from whoever shares the way.
        if (!_isQuick && rate.IsFilled(nowUs))
            return 0;
        var factor = _isQuick && _baseBps == 0 ? FirstFactor : NextFactor;
        var ask = Math.Max((long)(rate.TargetBps * factor), _askBps);
        ask = Math.Min(ask, most);
        _askBps = 0;
        _baseBps = rate.TargetBps;
        BeganUs = nowUs;
        _notBeforeUs = _isQuick ? nowUs : nowUs + _pauseUs;
        return ask;
    }

    /// <summary>Takes where the way was found to end, <see cref="long.MaxValue"/> when its end was not met.</summary>
    /// <returns>The larger of the last two: one probe may have come upon others' traffic.</returns>
    public long NoteEnd(long endBps)
    {
        var larger = Math.Max(endBps, _endBps);
        _endBps = endBps;
        return larger;
    }

    /// <summary>What was found is to be asked once more, soon.</summary>
    public void Confirm(long nowUs) => _notBeforeUs = nowUs + ConfirmUs;

    /// <summary>Looks at a result; true when it raises the target.</summary>
    public bool Judge(TargetRate rate, long resultBps, long nowUs)
    {
        var hasGained = resultBps > rate.TargetBps && !rate.IsDraining;
        if (resultBps > _baseBps * WorthwhileGain && hasGained)
        {
            _pauseUs = FirstPauseUs;
            // What brought so much may bring more.
            if (!_isQuick)
                _notBeforeUs = Math.Min(_notBeforeUs, nowUs + 1_000_000);
        }
        else
        {
            if (!_isQuick)
                _pauseUs = Math.Min(_pauseUs * 2, LongestPauseUs);
            _isQuick = false;
            _notBeforeUs = Math.Max(_notBeforeUs, nowUs + _pauseUs);
        }

        return hasGained;
    }
}
