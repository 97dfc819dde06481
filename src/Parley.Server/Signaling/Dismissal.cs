// Sends sockets away from a node that drains: close code 4503, each with its own time to stay away (docs/protocol.md §2).
using System.Globalization;
using System.Security.Cryptography;
using Parley.Protocol;
using Parley.Server.Signaling.Transport;

namespace Parley.Server.Signaling;

/// <summary>Tells peers that this node drains, so that they do not all come back at once.</summary>
internal sealed class Dismissal(ConnectionTable connections, SignalingOptions options, ILogger<Dismissal> logger)
{
    /// <summary>Closes every open connection. The web server, which stops next, waits for them to end.</summary>
    public void SendAllAway()
    {
        logger.Draining(connections.Count);
        foreach (var connection in connections.All)
            SendAway(connection);
    }

    /// <summary>Closes one; nothing more happens to one that is closing already.</summary>
    public void SendAway(Connection connection)
    {
        var min = (int)options.DrainRetryMin.TotalSeconds;
        var max = Math.Max(min, (int)options.DrainRetryMax.TotalSeconds);
        var seconds = RandomNumberGenerator.GetInt32(min, max + 1);
        connection.Close(CloseCode.Draining, string.Create(CultureInfo.InvariantCulture, $"{{\"retry_after\":{seconds}}}"));
    }
}
