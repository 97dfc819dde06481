// The largest of what was measured of late: one that was once large does not stand for ever.
namespace Parley.Media.Udp.Workers;

/// <summary>Over the last 15 to 30 seconds. Noted by one thread, read by any.</summary>
internal sealed class RecentMaximum
{
    /// <summary>Half of the longest time that something is remembered for; as often as metrics are read, as a rule.</summary>
    public const long PeriodUs = 15_000_000;

    private long _begunUs;
    private long _current;
    private long _former;

    /// <summary>Notes a value.</summary>
    public void Note(long value, long nowUs)
    {
        var age = nowUs - _begunUs;
        if (age >= PeriodUs)
        {
            Volatile.Write(ref _former, age < 2 * PeriodUs ? _current : 0);
            Volatile.Write(ref _current, 0);
            Volatile.Write(ref _begunUs, nowUs);
        }

        if (value > _current)
            Volatile.Write(ref _current, value);
    }

    /// <summary>The largest value; 0 when nothing was noted of late.</summary>
    public long Read(long nowUs)
    {
        var age = nowUs - Volatile.Read(ref _begunUs);
        return age >= 2 * PeriodUs ? 0
            : age >= PeriodUs ? Volatile.Read(ref _current)
            : Math.Max(Volatile.Read(ref _current), Volatile.Read(ref _former));
    }
}
