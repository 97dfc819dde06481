// Takes a socket over from HTTP as soon as it is a WebSocket: what HTTP holds for a request (7 KiB) is no longer needed
// (docs/decisions/0013-websockets-leave-http.md).
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Parley.Server.Signaling.Transport;

/// <summary>Stands around HTTP on one socket; serves what is left of it when HTTP is done.</summary>
internal sealed class ConnectionHandover : IConnectionHeartbeatFeature
{
    private readonly IConnectionHeartbeatFeature? _heartbeat;
    private readonly bool _decrypted;
    private Action<object>? _beat;
    private object? _beatState;
    private Func<ConnectionContext, Task>? _serve;

    private ConnectionHandover(ConnectionContext connection)
    {
        _heartbeat = connection.Features.Get<IConnectionHeartbeatFeature>();
        _decrypted = connection.Features.Get<ITlsConnectionFeature>() is not null;
        connection.Features.Set(this);
        connection.Features.Set<IConnectionHeartbeatFeature>(this);
    }

    /// <summary>Offers handing over on every connection of an endpoint. On an endpoint with HTTPS, called after it.</summary>
    public static void OfferOn(ListenOptions listen) => listen.Use(static next => connection => RunAsync(connection, next));

    /// <summary>The offer that a request over HTTP/1.1 may take; null for none.</summary>
    public static ConnectionHandover? Find(HttpContext context)
    {
        // An offer that was made outside of TLS would hand over encrypted bytes.
        var features = context.Features;
        return HttpProtocol.IsHttp11(context.Request.Protocol)
            && features.Get<ConnectionHandover>() is { } offer
            && offer._decrypted == features.Get<ITlsConnectionFeature>() is not null
                ? offer
                : null;
    }

    /// <summary>Takes the offer: the request ends, and its socket is served by this instead.</summary>
    public void Take(Func<ConnectionContext, Task> serve) => _serve = serve;

    /// <summary>Kestrel's clock, for HTTP's own time-outs; stops with HTTP.</summary>
    void IConnectionHeartbeatFeature.OnHeartbeat(Action<object> action, object state)
    {
        (_beatState, _beat) = (state, action);
        _heartbeat?.OnHeartbeat(static handover => ((ConnectionHandover)handover).Beat(), this);
    }

    private static async Task RunAsync(ConnectionContext connection, ConnectionDelegate http)
    {
        var handover = new ConnectionHandover(connection);
        await http(connection);
        if (handover.TakeServing(connection) is { } serve)
            await serve(connection);
    }

    // Afterwards nothing of HTTP can be reached from the socket any more.
    private Func<ConnectionContext, Task>? TakeServing(ConnectionContext connection)
    {
        (_beat, _beatState) = (null, null);
        connection.Features.Set<IConnectionTimeoutFeature>(null);
        var serve = _serve;
        _serve = null;
        return serve;
    }

    private void Beat()
    {
        if (_beat is { } beat && _beatState is { } state)
            beat(state);
    }
}
