// What a link did.
namespace Parley.Media.Relay;

/// <summary>Counts of a <see cref="RelayLink"/>. Read from any thread; written by the engine's own.</summary>
public sealed class RelayCounters
{
    private long _sent;
    private long _dropped;
    private long _received;
    private long _repeated;
    private long _duplicates;
    private long _malformed;

    /// <summary>Records that the port took.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Records that the port had no room for.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Well-formed records that arrived.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Packets that were sent again because the other end missed them.</summary>
    public long Repeated => Volatile.Read(ref _repeated);

    /// <summary>Packets that arrived more than once, or too late to tell.</summary>
    public long Duplicates => Volatile.Read(ref _duplicates);

    /// <summary>Records that could not be read.</summary>
    public long Malformed => Volatile.Read(ref _malformed);

    internal void CountSent() => _sent++;

    internal void CountDropped() => _dropped++;

    internal void CountReceived() => _received++;

    internal void CountRepeated() => _repeated++;

    internal void CountDuplicate() => _duplicates++;

    internal void CountMalformed() => _malformed++;
}
