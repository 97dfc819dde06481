// How many messages a connection may send: a rate with bursts.
using System.Runtime.InteropServices;

namespace Parley.Server.Signaling.Transport;

/// <summary>A token bucket; a mutable value that lives in the connection's read loop.</summary>
/// <param name="perSecond">How fast it fills.</param>
/// <param name="burst">How much it holds.</param>
[StructLayout(LayoutKind.Auto)]
internal struct TokenBucket(int perSecond, int burst)
{
    private double _tokens = burst;
    private long _filledAtMs;

    /// <summary>Takes one token; false when there is none.</summary>
    /// <param name="nowMs">A clock in milliseconds that never falls.</param>
    public bool TryTake(long nowMs)
    {
        if (_filledAtMs != 0)
            _tokens = Math.Min(burst, _tokens + ((nowMs - _filledAtMs) * perSecond / 1000.0));
        _filledAtMs = nowMs;
        if (_tokens < 1)
            return false;
        _tokens--;
        return true;
    }
}
