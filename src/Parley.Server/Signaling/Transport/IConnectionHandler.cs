// What stands behind a connection: it is told of messages and of the end.
using Parley.Protocol;

namespace Parley.Server.Signaling.Transport;

/// <summary>The receiver of a connection's messages, which come one at a time and in order.</summary>
internal interface IConnectionHandler
{
    /// <summary>Takes a decoded message, or the reason why there is none. The next one is not read before this is completed.</summary>
    ValueTask HandleAsync(in Decoded<ClientMessage> message);

    /// <summary>The connection ended or is being closed; called once, on any thread. Nothing that is sent from now on arrives.</summary>
    void Ended();
}
