// GET /ws: who may upgrade, and the life of the connection that comes of it (docs/protocol.md §2).
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
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
    Dismissal dismissal,
    ISessionFactory sessions)
{
    private static readonly Problem ForeignOrigin = new(StatusCodes.Status403Forbidden, "origin_not_allowed", "Pages of this origin may not connect.");
    private static readonly Problem Full = Problems.Unavailable with { Detail = "As many connections are open as this server allows." };

    /// <summary>Upgrades the request and serves the connection until it ends; over HTTP/1.1 when the request has ended.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (Refusal(context) is { } problem)
        {
            services.Log.UpgradeRefused(problem.Code);
            return problem.ExecuteAsync(context);
        }

        if (table.TryReserve(services.Options.MaxConnections))
            return UpgradeAsync(context);
        services.Log.UpgradeRefused("full");
        return Full.ExecuteAsync(context);
    }

    private Problem? Refusal(HttpContext context)
    {
        if (!origins.IsAllowed(context.Request))
            return ForeignOrigin;
        return WebSocketHandshake.Check(context) ?? (drain.IsDraining ? Problems.Unavailable : null);
    }

    private async Task UpgradeAsync(HttpContext context)
    {
        var (address, correlation) = (context.Connection.RemoteIpAddress, context.TraceIdentifier);
        var handedOver = false;
        try
        {
            var stream = await WebSocketHandshake.AcceptAsync(context);
            if (ConnectionHandover.Find(context) is { } handover)
            {
                handover.Take(socket => ServeReservedAsync(socket, address, correlation));
                handedOver = true;
            }
            else
            {
                await ServeAsync(Socket.Over(stream, context.Abort), address, correlation);
            }
        }
        finally
        {
            if (!handedOver)
                table.Release();
        }
    }

    private async Task ServeReservedAsync(ConnectionContext socket, IPAddress? address, string correlation)
    {
        try
        {
            await ServeAsync(new Socket(socket.Transport.Input, socket.Transport.Output, socket.Abort), address, correlation);
        }
        finally
        {
            table.Release();
        }
    }

    private async Task ServeAsync(Socket socket, IPAddress? address, string correlation)
    {
        var connection = new Connection(table.NextId(), socket, services);
        services.Log.ConnectionOpened(connection.Id.Value, address?.ToString(), correlation);
        services.Metrics.ConnectionOpened();
        try
        {
            connection.Handler = sessions.Create(connection, address);
            table.Add(connection);
            if (drain.IsDraining)
                dismissal.SendAway(connection);
            await connection.RunAsync();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // HTTP has ended or been upgraded: nobody above this would answer for it.
            services.Log.ConnectionFailed(connection.Id.Value, exception);
        }
        finally
        {
            table.Remove(connection.Id);
            services.Metrics.ConnectionClosed((int)connection.CloseCode);
            services.Log.ConnectionEnded(connection.Id.Value, (int)connection.CloseCode);
        }
    }
}
