// The other end's clock, as far as its records tell it.
namespace Parley.Media.Relay;

/// <summary>
/// Takes times of the other end to ours. Without a common clock, the quickest records tell by how much the two differ: their way is taken to be no way at all, and
/// what a slower one was late by is seen in its time.
/// </summary>
internal struct RelayClock(bool shares)
{
    /// <summary>No time of the other end is taken to be longer ago.</summary>
    public const long MostAgoUs = 10_000_000;

    // Clocks may drift apart by so much; a hundred millionths are more than any quartz needs.
    private const long DriftDivisor = 10_000;

    private long _offset;
    private long _observedUs;
    private bool _started;

    /// <summary>A record that was written at a time of the other end is here.</summary>
    /// <param name="writtenUs">When it was written, or the packet in it came.</param>
    /// <param name="nowUs">Our time.</param>
    /// <param name="isJustWritten">True when it cannot have waited at the other end.</param>
    public void Observe(long writtenUs, long nowUs, bool isJustWritten)
    {
        if (shares)
            return;
        var offset = nowUs - writtenUs;
        // The other end's clock may begin anew.
        if (!_started || offset < _offset || (isJustWritten && offset - _offset > MostAgoUs))
            _offset = offset;
        else
            _offset += Math.Min((nowUs - _observedUs) / DriftDivisor, offset - _offset);
        // The rest of the division is not lost, however often this is called.
        if (!_started || nowUs - _observedUs >= DriftDivisor)
            _observedUs = nowUs;
        _started = true;
    }

    /// <summary>Our time of an instant of the other end: never later than now.</summary>
    public readonly long ToOurs(long theirsUs, long nowUs) => Math.Clamp(theirsUs + _offset, nowUs - MostAgoUs, nowUs);
}
