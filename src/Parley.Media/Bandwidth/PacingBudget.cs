// How fast a peer may be sent to: one bucket for media, retransmissions and probes.
namespace Parley.Media.Bandwidth;

/// <summary>
/// A leaky bucket that is kept as a time: it is open while <c>nowUs &gt;= OpenUs</c>. What is sent is charged afterwards, so a packet that finds the
/// bucket open never waits, whatever its size.
/// </summary>
public sealed class PacingBudget
{
    /// <summary>How much quicker than the estimate packets may leave: a frame need not take as long as the time between two.</summary>
    public const double Factor = 2.5;

    /// <summary>So much may leave at once, as time at the estimate's pacing rate: 75 ms of media, so that an ordinary frame never waits, at 15 a second either.</summary>
    public const long BurstUs = 30_000;

    /// <summary>A backlog is out within this time whatever the estimate says.</summary>
    public const long MostWaitUs = 60_000;

    // Below this rate the factor does not help: single packets would wait for each other.
    private const long LeastRateBps = 400_000;
    private const int Shift = 20;

    private long _scaledUsPerByte;
    private long _targetRateBps;
    private long _backlogRateBps;
    private long _burstUs;

    /// <summary>A bucket for an estimate.</summary>
    public PacingBudget(long targetBps)
    {
        OpenUs = long.MinValue / 2;
        SetTarget(targetBps);
    }

    /// <summary>From when on a packet may leave.</summary>
    public long OpenUs { get; private set; }

    /// <summary>The rate at which packets leave while there is a backlog.</summary>
    public long RateBps { get; private set; }

    /// <summary>True when a packet of any size may leave now.</summary>
    public bool IsOpen(long nowUs) => nowUs >= OpenUs;

    /// <summary>Follows the estimate, and the rate of a probe while there is one.</summary>
    public void SetTarget(long targetBps, long probeBps = 0)
    {
        _targetRateBps = Math.Max(Math.Max((long)(targetBps * Factor), LeastRateBps), probeBps);
        SetRate();
    }

    /// <summary>Says how much waits, so that the last of it waits at most <see cref="MostWaitUs"/>. 0 goes back to the estimate's rate.</summary>
    public void SetBacklog(long bytes)
    {
        // What is left of a backlog leaves as quickly as it began.
        _backlogRateBps = bytes == 0 ? 0 : Math.Max(_backlogRateBps, bytes * 8_000_000 / MostWaitUs);
        SetRate();
    }

    /// <summary>Charges for a packet that leaves.</summary>
    public void Charge(int bytes, long nowUs) =>
        OpenUs = Math.Max(OpenUs, nowUs - _burstUs) + (bytes * _scaledUsPerByte >> Shift);

    private void SetRate()
    {
        var rate = Math.Max(_targetRateBps, _backlogRateBps);
        if (rate == RateBps && _burstUs > 0)
            return;
        RateBps = rate;
        _scaledUsPerByte = (8_000_000L << Shift) / rate;
        // A backlog leaves quicker, yet not in larger bursts.
        _burstUs = BurstUs * _targetRateBps / rate;
    }
}
