// How much was sent lately: whether media fills the estimate, or is limited by what there is to send.
namespace Parley.Media.Bandwidth;

/// <summary>An average over about half a second.</summary>
internal struct SentRate()
{
    private const double TimeConstantUs = 500_000;

    private double _bytes;
    private long _newBytes;
    private long _atUs = long.MinValue;
    private long _startUs;

    /// <summary>When counting began; <see cref="long.MaxValue"/> before.</summary>
    public readonly long FirstUs => _atUs == long.MinValue ? long.MaxValue : _startUs;

    /// <summary>Counts what is sent: an addition, as it is done for every packet.</summary>
    public void Add(int bytes, long nowUs)
    {
        if (_atUs == long.MinValue)
            _startUs = _atUs = nowUs;
        _newBytes += bytes;
    }

    /// <summary>The rate, in bits per second.</summary>
    public long Bps(long nowUs)
    {
        if (_atUs == long.MinValue)
            return 0;
        Fold(nowUs);
        // In the beginning less than the whole average has been seen.
        var seen = 1 - Math.Exp(-Math.Max(nowUs - _startUs, 50_000) / TimeConstantUs);
        return (long)(_bytes * 8_000_000 / TimeConstantUs / seen);
    }

    // What was sent since the last time is taken as sent evenly.
    private void Fold(long nowUs)
    {
        var passed = Math.Max(0, nowUs - _atUs) / TimeConstantUs;
        var left = Math.Exp(-passed);
        _bytes = _bytes * left + _newBytes * (passed > 0 ? (1 - left) / passed : 1);
        _newBytes = 0;
        _atUs = Math.Max(_atUs, nowUs);
    }
}
