// From a connection's id, which is all that a room knows, to its session.
using Parley.Rooms;
using Parley.Server.Signaling.Transport;

namespace Parley.Server.Signaling.Sessions;

/// <summary>The sessions of this node.</summary>
internal sealed class SessionTable(ConnectionTable connections)
{
    /// <summary>The session of an open connection; null when it is gone.</summary>
    public Session? Find(ConnectionId id) => connections.TryGet(id, out var connection) ? connection.Handler as Session : null;
}
