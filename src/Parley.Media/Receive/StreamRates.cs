// How much each layer of a stream takes, counted as packets are stored.
using Parley.Media.Bandwidth;
using Parley.Media.Relay;

namespace Parley.Media.Receive;

/// <summary>Rates of one stream's spatial and temporal layers, each for itself. Counting is one addition a packet.</summary>
internal sealed class StreamRates
{
    private const int Cells = LayerDemand.MaxSpatial * LayerDemand.MaxTemporal;

    /// <summary>Long enough to even out frames, short enough to notice a layer that begins or ends.</summary>
    private const long WindowUs = 500_000;

    /// <summary>A screen that does not change sends little and rarely: a layer is gone only after so many windows without a packet.</summary>
    private const int SilentWindows = 6;

    /// <summary>Headers and tags: RTP, its extensions, SRTP, UDP and IP.</summary>
    private const int Overhead = 12 + 16 + 16 + 28;

    private readonly int[] _bytes = new int[Cells];
    private readonly int[] _rates = new int[Cells];
    private readonly byte[] _silent = new byte[Cells];
    private long _begunUs = long.MinValue;

    /// <summary>Counts a packet.</summary>
    public void Count(in StoredPacket packet)
    {
        if (packet.ArrivalUs - _begunUs >= WindowUs || _begunUs == long.MinValue)
            Fold(packet.ArrivalUs);
        var spatial = Math.Min((int)packet.SpatialId, LayerDemand.MaxSpatial - 1);
        var temporal = Math.Min((int)packet.TemporalId, LayerDemand.MaxTemporal - 1);
        _bytes[spatial * LayerDemand.MaxTemporal + temporal] += packet.PayloadLength + Overhead;
    }

    /// <summary>Bits per second of each layer for itself, by spatial and then temporal layer; 0 for one that there is not.</summary>
    public ReadOnlySpan<int> Read(long nowUs)
    {
        if (_begunUs != long.MinValue && nowUs - _begunUs >= 2 * WindowUs)
            Fold(nowUs);
        return _rates;
    }

    /// <summary>Takes what was measured elsewhere, of a stream that does not come here now.</summary>
    public void Take(in RelayedLayerState told, long nowUs)
    {
        for (var temporal = 0; temporal < LayerDemand.MaxTemporal; temporal++)
            _rates[temporal] = told.RateOf(temporal);
        Array.Clear(_bytes);
        _begunUs = nowUs;
    }

    private void Fold(long nowUs)
    {
        var elapsedUs = nowUs - _begunUs;
        for (var cell = 0; cell < Cells && _begunUs != long.MinValue; cell++)
        {
            var rate = (int)Math.Min(int.MaxValue / Cells, _bytes[cell] * 8_000_000L / elapsedUs);
            if (rate > 0)
                _silent[cell] = 0;
            else if (_rates[cell] == 0 || ++_silent[cell] >= SilentWindows)
                _rates[cell] = 0;
            // Half of what it was before: frames, above all keyframes, differ in size.
            if (_rates[cell] > 0)
                rate = Math.Max(1, (int)(((long)rate + _rates[cell]) / 2));
            _rates[cell] = rate;
            _bytes[cell] = 0;
        }

        _begunUs = nowUs;
    }
}
