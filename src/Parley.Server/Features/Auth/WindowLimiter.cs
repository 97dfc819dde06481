// Counts by key within a window that begins with the key's first try. Memory is bounded: the keys whose window began first go first.
namespace Parley.Server.Features.Auth;

/// <summary>At most so many tries of a key within a window.</summary>
internal sealed class WindowLimiter(int permits, TimeSpan window, TimeProvider clock, int capacity = 50_000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byAge = new();

    /// <summary>How many keys are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>Takes one permit; false, and when to come again, when none is left.</summary>
    public bool TryAcquire(string key, out TimeSpan retryAfter)
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            var entry = EntryOf(key, now);
            if (entry.Used >= permits)
            {
                retryAfter = window - clock.GetElapsedTime(entry.Begin, now);
                return false;
            }

            entry.Used++;
            retryAfter = TimeSpan.Zero;
            return true;
        }
    }

    /// <summary>Gives a permit back that turned out not to count.</summary>
    public void Return(string key)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node) && node.Value.Used > 0)
                node.Value.Used--;
        }
    }

    private Entry EntryOf(string key, long now)
    {
        while (_byAge.First is { } oldest && clock.GetElapsedTime(oldest.Value.Begin, now) >= window)
            Forget(oldest);
        if (_entries.TryGetValue(key, out var node))
            return node.Value;
        if (_entries.Count >= capacity)
            Forget(_byAge.First!);
        var entry = new Entry(key, now);
        _entries[key] = _byAge.AddLast(entry);
        return entry;
    }

    private void Forget(LinkedListNode<Entry> node)
    {
        _byAge.Remove(node);
        _entries.Remove(node.Value.Key);
    }

    private sealed class Entry(string key, long begin)
    {
        public string Key { get; } = key;

        public long Begin { get; } = begin;

        public int Used { get; set; }
    }
}
