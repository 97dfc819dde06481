// How much was sent lately: whether media fills the estimate, or is limited by what there is to send.
namespace Parley.Media.Bandwidth;

/// <summary>An average over about half a second.</summary>
internal sealed class SentRate
{
    private const double TimeConstantUs = 500_000;

    private double _bytes;
    private long _atUs = long.MinValue;
    private long _startUs;

    public void Add(int bytes, long nowUs)
    {
        Decay(nowUs);
        _bytes += bytes;
    }

    /// <summary>The rate, in bits per second.</summary>
    public long Bps(long nowUs)
    {
        if (_atUs == long.MinValue)
            return 0;
        Decay(nowUs);
        // In the beginning less than the whole average has been seen.
        var seen = 1 - Math.Exp(-Math.Max(nowUs - _startUs, 50_000) / TimeConstantUs);
        return (long)(_bytes * 8_000_000 / TimeConstantUs / seen);
    }

    private void Decay(long nowUs)
    {
        if (_atUs == long.MinValue)
            _startUs = _atUs = nowUs;
        if (nowUs <= _atUs)
            return;
        _bytes *= Math.Exp((_atUs - nowUs) / TimeConstantUs);
        _atUs = nowUs;
    }
}
