// How many descriptors peers may take: running out of them would end the process, or keep everybody else out.
namespace Parley.Media.Udp.Sockets;

/// <summary>
/// One for all workers of a server; from any thread. A datagram peer's own socket makes sending cheaper and can be done without; a connection cannot: a quarter is kept for connections.
/// </summary>
internal sealed class SocketBudget(int limit)
{
    private int _used;

    public int Limit => limit;

    public int Used => Volatile.Read(ref _used);

    /// <summary>Takes one for a datagram peer's own socket. False when there is none to spare: it shares the open sockets.</summary>
    public bool TryTakeForDatagrams() => TryTake(limit - limit / 4);

    /// <summary>Takes one for a connection.</summary>
    public bool TryTakeForConnection() => TryTake(limit);

    /// <summary>Takes one in place of a connection that is about to be closed: it is over the limit until then.</summary>
    public void TakeInPlace() => Interlocked.Increment(ref _used);

    public void Return() => Interlocked.Decrement(ref _used);

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
