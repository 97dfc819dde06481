// Where a connection gets the handler of its messages.
namespace Parley.Server.Signaling.Transport;

/// <summary>Makes what stands behind a connection.</summary>
internal interface ISessionFactory
{
    /// <summary>The handler of a new connection.</summary>
    /// <param name="connection">Not reading yet.</param>
    /// <param name="context">The request it came with.</param>
    IConnectionHandler Create(Connection connection, HttpContext context);
}
