// GET /ws: who may upgrade, and the life of the connection that comes of it (docs/protocol.md §2).
using Parley.Server.Composition.Http;
using Parley.Server.Operations;
using Parley.Server.Signaling.Transport;

namespace Parley.Server.Signaling;

/// <summary>The endpoint of signaling.</summary>
internal sealed class SignalingEndpoint(
    Origins origins,
    ConnectionTable table,
    ConnectionServices services,
    DrainState drain,
    ISessionFactory sessions)
{
    private static readonly Problem ForeignOrigin = new(StatusCodes.Status403Forbidden, "origin_not_allowed", "Pages of this origin may not connect.");
    private static readonly Problem Full = Problems.Unavailable with { Detail = "As many connections are open as this server allows." };

    /// <summary>Upgrades the request and serves the connection until it ends.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (Refusal(context) is { } problem)
        {
            services.Log.UpgradeRefused(problem.Code);
            return problem.ExecuteAsync(context);
        }

        if (table.TryReserve(services.Options.MaxConnections))
            return ServeAsync(context);
        services.Log.UpgradeRefused("full");
        return Full.ExecuteAsync(context);
    }

    private Problem? Refusal(HttpContext context)
    {
        if (!origins.IsAllowed(context.Request))
            return ForeignOrigin;
        return WebSocketHandshake.Check(context) ?? (drain.IsDraining ? Problems.Unavailable : null);
    }

    private async Task ServeAsync(HttpContext context)
    {
        var id = table.NextId();
        Connection? connection = null;
        try
        {
            var stream = await WebSocketHandshake.AcceptAsync(context);
            services.Log.ConnectionOpened(id.Value, context.Connection.RemoteIpAddress?.ToString(), context.TraceIdentifier);
            services.Metrics.ConnectionOpened();
            connection = new Connection(id, context, stream, services);
            connection.Handler = sessions.Create(connection, context);
            table.Add(connection);
            if (drain.IsDraining)
                connection.Abort();
            await connection.RunAsync();
        }
        finally
        {
            table.Release();
            if (connection is not null)
            {
                table.Remove(id);
                services.Metrics.ConnectionClosed((int)connection.CloseCode);
                services.Log.ConnectionEnded(id.Value, (int)connection.CloseCode);
            }
        }
    }
}
