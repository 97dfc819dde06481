// How much is lost, and how much of it is the way's own: what gets lost whatever we send is no sign of congestion.
namespace Parley.Media.Bandwidth;

/// <summary>Loss over the last two seconds, against the least of the last half minute.</summary>
internal sealed class LossHistory
{
    private const int Parts = 4;
    private const long PartUs = 500_000;
    private const int Windows = 15;

    /// <summary>Fewer reports than this say nothing.</summary>
    private const int EnoughPackets = 40;

    /// <summary>Full queues lose in bursts too, so longer ones are no excuse.</summary>
    private const double LongestBurst = 2.5;

    private const double SuspectShare = 0.03;

    private readonly int[] _reported = new int[Parts];
    private readonly int[] _lost = new int[Parts];
    private readonly int[] _bursts = new int[Parts];
    private readonly double[] _windows = new double[Windows];
    private bool _isInBurst;
    private int _part;
    private int _window;
    private int _finishedParts;
    private long _partEndUs = long.MinValue;

    public LossHistory() => Array.Fill(_windows, double.NaN);

    /// <summary>The share that was lost lately, 0 to 1.</summary>
    public double Share => Reported == 0 ? 0 : (double)Lost / Reported;

    /// <summary>The share above what this way loses anyway; 0 while it may be chance.</summary>
    public double Excess
    {
        get
        {
            var reported = Reported;
            if (reported < EnoughPackets || _finishedParts < 2)
                return 0;
            var share = Share;
            // Two standard deviations, if whole bursts are lost by chance.
            var burst = Math.Clamp((double)Lost / Math.Max(1, Bursts), 1, LongestBurst);
            var chance = 2 * Math.Sqrt(share * (1 - share) * burst / reported);
            return Math.Max(0, share - OwnShare - chance);
        }
    }

    /// <summary>True while more may be lost than usual: no reason to send less, but none to send more.</summary>
    public bool IsSuspect => Reported >= EnoughPackets && Share - OwnShare > SuspectShare;

    /// <summary>What the way loses whatever is sent.</summary>
    public double OwnShare
    {
        get
        {
            var least = double.PositiveInfinity;
            foreach (var share in _windows)
            {
                if (share < least)
                    least = share;
            }

            return double.IsPositiveInfinity(least) ? 0 : least;
        }
    }

    private int Reported => _reported[0] + _reported[1] + _reported[2] + _reported[3];

    private int Bursts => _bursts[0] + _bursts[1] + _bursts[2] + _bursts[3];

    private int Lost => _lost[0] + _lost[1] + _lost[2] + _lost[3];

    public void Advance(long nowUs)
    {
        if (_partEndUs == long.MinValue)
            _partEndUs = nowUs + PartUs;
        for (var i = 0; nowUs >= _partEndUs && i < Parts; i++)
            FinishPart();
        if (nowUs >= _partEndUs)
            _partEndUs = nowUs + PartUs;
    }

    public void CountReceived(bool wasLost)
    {
        _isInBurst = false;
        // A late packet's loss is taken back where it can be found.
        if (!wasLost)
            _reported[_part]++;
        else if (_lost[_part] > 0)
            _lost[_part]--;
        else if (_lost[(_part + Parts - 1) % Parts] > 0)
            _lost[(_part + Parts - 1) % Parts]--;
    }

    public void CountLost()
    {
        _reported[_part]++;
        _lost[_part]++;
        if (!_isInBurst)
            _bursts[_part]++;
        _isInBurst = true;
    }

    /// <summary>What was counted belongs to the past: the rate has changed since.</summary>
    public void Restart()
    {
        Array.Clear(_reported);
        Array.Clear(_lost);
        Array.Clear(_bursts);
        _finishedParts = 0;
    }

    private void FinishPart()
    {
        _partEndUs += PartUs;
        if (++_finishedParts % Parts == 0 && Reported >= EnoughPackets)
        {
            _windows[_window] = Share;
            _window = (_window + 1) % Windows;
        }

        _part = (_part + 1) % Parts;
        _reported[_part] = 0;
        _lost[_part] = 0;
        _bursts[_part] = 0;
    }
}
