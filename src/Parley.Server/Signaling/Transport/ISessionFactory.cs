// Where a connection gets the handler of its messages.
using System.Net;

namespace Parley.Server.Signaling.Transport;

/// <summary>Makes what stands behind a connection.</summary>
internal interface ISessionFactory
{
    /// <summary>The handler of a new connection.</summary>
    /// <param name="connection">Not reading yet.</param>
    /// <param name="address">Where its client is.</param>
    IConnectionHandler Create(Connection connection, IPAddress? address);
}
