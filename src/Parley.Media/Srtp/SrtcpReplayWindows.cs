// Replay protection of SRTCP, for each SSRC that has proved to hold the key. RFC 3711 §3.3.2, §3.4.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Media.Srtp;

/// <summary>The replay windows of one key's SRTCP sources; bounded, because a source is never forgotten while its key is in use.</summary>
internal sealed class SrtcpReplayWindows
{
    /// <summary>The most sources that are kept; a browser has one or two for each track it ever sent.</summary>
    public const int MaxSources = 1024;

    /// <summary>How many packets behind the newest one is still accepted.</summary>
    public const int WindowLength = 64;

    private readonly Dictionary<uint, Window> _sources = [];

    public int Count => _sources.Count;

    /// <summary>Whether a packet may be accepted if it is authentic.</summary>
    public SrtpResult Check(uint ssrc, uint index)
    {
        ref var window = ref CollectionsMarshal.GetValueRefOrNullRef(_sources, ssrc);
        if (Unsafe.IsNullRef(ref window) || index > window.Highest)
            return SrtpResult.Ok;
        var age = window.Highest - index;
        if (age >= WindowLength)
            return SrtpResult.TooOld;
        return (window.Seen >> (int)age & 1) == 0 ? SrtpResult.Ok : SrtpResult.Replayed;
    }

    /// <summary>Remembers an authentic packet that <see cref="Check"/> let through.</summary>
    /// <returns>False when there is no room for another source; the packet is then to be dropped.</returns>
    public bool TryAccept(uint ssrc, uint index)
    {
        ref var window = ref CollectionsMarshal.GetValueRefOrNullRef(_sources, ssrc);
        if (Unsafe.IsNullRef(ref window))
        {
            if (_sources.Count == MaxSources)
                return false;
            _sources.Add(ssrc, new Window { Highest = index, Seen = 1 });
            return true;
        }

        if (index > window.Highest)
        {
            var advance = index - window.Highest;
            window.Seen = advance >= WindowLength ? 1 : window.Seen << (int)advance | 1;
            window.Highest = index;
        }
        else
        {
            window.Seen |= 1UL << (int)(window.Highest - index);
        }

        return true;
    }

    // Bit 0 is the highest index, bit n the one n before it.
    [StructLayout(LayoutKind.Auto)]
    private struct Window
    {
        public uint Highest;
        public ulong Seen;
    }
}
