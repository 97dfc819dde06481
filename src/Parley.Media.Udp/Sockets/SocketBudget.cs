// How many descriptors peers may take: running out of them would end the process, or keep everybody else out.
namespace Parley.Media.Udp.Sockets;

/// <summary>
/// One for all workers of a server; from any thread. A datagram peer's own socket makes sending cheaper and can be done without; a connection cannot: a quarter is kept for connections.
/// </summary>
/// <param name="limit">Descriptors in all.</param>
/// <param name="kernel">Which kernel sorts datagrams by socket; the one that we run on unless it is said.</param>
internal sealed class SocketBudget(int limit, Version? kernel = null)
{
    /// <summary>
    /// Before 6.13, Linux has no table of connected UDP sockets by both addresses: every datagram that arrives is compared with all of them that share the port, some nanoseconds each.
    /// </summary>
    private const int MaxCompared = 64;

    private static readonly Version FirstSorting = new(6, 13);

    private int _used;
    private int _usedForDatagrams;

    public int Limit => limit;

    /// <summary>How many of them datagram peers may take, when there are no connections.</summary>
    public int LimitForDatagrams { get; } = (kernel ?? Environment.OSVersion.Version) >= FirstSorting ? limit - limit / 4 : Math.Min(limit - limit / 4, MaxCompared);

    public int Used => Volatile.Read(ref _used);

    /// <summary>Takes one for a datagram peer's own socket. False when there is none to spare: it shares the open sockets.</summary>
    public bool TryTakeForDatagrams()
    {
        if (Interlocked.Increment(ref _usedForDatagrams) <= LimitForDatagrams && TryTake(limit - limit / 4))
            return true;
        Interlocked.Decrement(ref _usedForDatagrams);
        return false;
    }

    /// <summary>A datagram peer's own socket is closed.</summary>
    public void ReturnForDatagrams()
    {
        Interlocked.Decrement(ref _usedForDatagrams);
        Interlocked.Decrement(ref _used);
    }

    /// <summary>Takes one for a connection.</summary>
    public bool TryTakeForConnection() => TryTake(limit);

    /// <summary>Takes one in place of a connection that is about to be closed: it is over the limit until then.</summary>
    public void TakeInPlace() => Interlocked.Increment(ref _used);

    /// <summary>A connection is closed.</summary>
    public void ReturnForConnection() => Interlocked.Decrement(ref _used);

    private bool TryTake(int most)
    {
        for (var used = Used; used < most;)
        {
            var found = Interlocked.CompareExchange(ref _used, used + 1, used);
            if (found == used)
                return true;
            used = found;
        }

        return false;
    }
}
