// Which worker knows whom, where several share a port: peers by their names, and paths by their addresses.
using System.Collections.Concurrent;
using Parley.Media.Engine;

namespace Parley.Media.Udp.Workers;

/// <summary>Read by all workers without a lock; written when peers and paths come and go.</summary>
internal sealed class PortDirectory
{
    /// <summary>No worker.</summary>
    public const int Nobody = -1;

    private const int LongestName = 256;

    private readonly ConcurrentDictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<PathKey, int> _addresses = new();

    /// <summary>What a worker's engine tells its names to.</summary>
    public IPeerNames NamesOf(int worker) => new Names(this, worker);

    /// <summary>The worker whose peer has a user name fragment.</summary>
    public int OwnerOf(ReadOnlySpan<byte> ufrag)
    {
        if (ufrag.Length > LongestName)
            return Nobody;
        Span<char> text = stackalloc char[ufrag.Length];
        for (var i = 0; i < ufrag.Length; i++)
            text[i] = (char)ufrag[i];
        return _names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var worker) ? worker : Nobody;
    }

    /// <summary>The worker whose peer speaks by a path.</summary>
    public int OwnerOf(in PathKey key) => _addresses.TryGetValue(key, out var worker) ? worker : Nobody;

    /// <summary>A check has authenticated a path for a worker's peer.</summary>
    /// <returns>The worker to whose peer it belonged until now.</returns>
    public int Claim(in PathKey key, int worker)
    {
        for (; ; )
        {
            if (!_addresses.TryGetValue(key, out var former))
            {
                if (_addresses.TryAdd(key, worker))
                    return Nobody;
            }
            else if (former == worker)
            {
                return Nobody;
            }
            else if (_addresses.TryUpdate(key, worker, former))
            {
                return former;
            }
        }
    }

    /// <summary>The worker's path is gone; nothing happens when it is another's now.</summary>
    public void Release(in PathKey key, int worker) => _addresses.TryRemove(new KeyValuePair<PathKey, int>(key, worker));

    private sealed class Names(PortDirectory directory, int worker) : IPeerNames
    {
        public bool TryAdd(string ufrag) => directory._names.TryAdd(ufrag, worker);

        public void Remove(string ufrag) => directory._names.TryRemove(new KeyValuePair<string, int>(ufrag, worker));
    }
}
