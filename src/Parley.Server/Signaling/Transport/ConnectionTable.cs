// Every open connection of this node, by its id.
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Parley.Rooms;

namespace Parley.Server.Signaling.Transport;

/// <summary>The open connections.</summary>
internal sealed class ConnectionTable
{
    // Ids of one run never meet those of another: the upper bits are drawn at start.
    private readonly long _base = (long)RandomNumberGenerator.GetInt32(1, int.MaxValue) << 32;
    private readonly ConcurrentDictionary<ConnectionId, Connection> _connections = new();
    private long _last;
    private int _count;

    /// <summary>How many are open.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>All of them, as they are while one looks.</summary>
    public IEnumerable<Connection> All => _connections.Select(pair => pair.Value);

    /// <summary>An id that no connection had.</summary>
    public ConnectionId NextId() => new(_base | (uint)Interlocked.Increment(ref _last));

    /// <summary>Counts one more; false when there would be more than allowed.</summary>
    /// <param name="max">0 for no bound.</param>
    public bool TryReserve(int max)
    {
        if (Interlocked.Increment(ref _count) <= max || max == 0)
            return true;
        Release();
        return false;
    }

    /// <summary>Undoes <see cref="TryReserve"/>.</summary>
    public void Release() => Interlocked.Decrement(ref _count);

    public void Add(Connection connection) => _connections[connection.Id] = connection;

    public void Remove(ConnectionId id) => _connections.TryRemove(id, out _);

    public bool TryGet(ConnectionId id, [NotNullWhen(true)] out Connection? connection) => _connections.TryGetValue(id, out connection);
}
