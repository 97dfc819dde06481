// The receiver's side of one SSRC: rollover counter and replay window. RFC 3711 §3.3.1, §3.3.2.
using System.Runtime.CompilerServices;

namespace Parley.Media.Srtp;

/// <summary>
/// What is remembered of one incoming SSRC. The default value is a source that has not been heard of yet.
/// A plain value of about 140 bytes: keep it only once a packet was <see cref="SrtpResult.Ok"/>, so that nobody without keys can make it grow.
/// </summary>
public struct SrtpReceiveState : IEquatable<SrtpReceiveState>
{
    /// <summary>How many packets behind the newest one is still accepted.</summary>
    public const int WindowLength = Window.Bits - 64;

    private const ulong IndexLimit = 1UL << 48;

    // A ring of bits, one for each index modulo its length; one word is always ahead of what is still accepted.
    private Window _seen;
    private ulong _highest;
    private bool _started;

    /// <summary>True once a packet was accepted.</summary>
    public readonly bool HasStarted => _started;

    /// <summary>The highest index accepted: rollover counter and sequence number.</summary>
    public readonly ulong HighestIndex => _highest;

    /// <summary>How often the sequence number of the newest packet has wrapped.</summary>
    public readonly uint RolloverCounter => (uint)(_highest >> 16);

    /// <summary>Two states are the same when they accept the same packets.</summary>
    public static bool operator ==(in SrtpReceiveState left, in SrtpReceiveState right) => left.Equals(right);

    /// <summary>Two states are the same when they accept the same packets.</summary>
    public static bool operator !=(in SrtpReceiveState left, in SrtpReceiveState right) => !left.Equals(right);

    /// <inheritdoc/>
    public readonly bool Equals(SrtpReceiveState other) =>
        _started == other._started && _highest == other._highest && ((ReadOnlySpan<ulong>)_seen).SequenceEqual(other._seen);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is SrtpReceiveState other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(_started, _highest);

    /// <summary>The index that a sequence number most likely stands for: the one nearest to the highest so far.</summary>
    internal readonly ulong Estimate(ushort sequenceNumber)
    {
        if (!_started)
            return sequenceNumber;
        var highest = (ushort)_highest;
        var cycle = _highest - highest;
        if (highest < 0x8000)
        {
            // Before the first cycle there is none: a jump of more than half of the numbers is then taken for what it looks like.
            return sequenceNumber - highest > 0x8000 && cycle > 0 ? cycle - 0x10000 + sequenceNumber : cycle + sequenceNumber;
        }

        return highest - 0x8000 > sequenceNumber ? cycle + 0x10000 + sequenceNumber : cycle + sequenceNumber;
    }

    /// <summary>Whether a packet of this index may be accepted if it is authentic.</summary>
    internal readonly SrtpResult Check(ulong index)
    {
        if (index >= IndexLimit)
            return SrtpResult.KeyExhausted;
        if (!_started || index > _highest)
            return SrtpResult.Ok;
        if (_highest - index >= WindowLength)
            return SrtpResult.TooOld;
        return (_seen[(int)(index / 64 % Window.Words)] >> (int)(index % 64) & 1) == 0 ? SrtpResult.Ok : SrtpResult.Replayed;
    }

    /// <summary>Remembers an authentic packet that <see cref="Check"/> let through.</summary>
    internal void Accept(ulong index)
    {
        if (!_started || index > _highest)
        {
            var first = _started ? _highest / 64 + 1 : index / 64;
            var last = index / 64;
            if (last - first >= Window.Words && last >= first)
                first = last - Window.Words + 1;
            for (var word = first; word <= last; word++)
                _seen[(int)(word % Window.Words)] = 0;
            _highest = index;
            _started = true;
        }

        _seen[(int)(index / 64 % Window.Words)] |= 1UL << (int)(index % 64);
    }

    [InlineArray(Words)]
    private struct Window
    {
        public const int Words = 16;
        public const int Bits = Words * 64;

        private ulong _first;
    }
}
