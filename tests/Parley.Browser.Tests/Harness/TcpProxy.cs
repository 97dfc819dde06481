// Stands between browsers and server to cut sockets at will. Media is peer to peer and does not pass here.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Parley.Browser.Tests.Harness;

/// <summary>A TCP relay on loopback whose line can be cut, and held silent.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, Socket> _pairs = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile bool _isCut;
    private volatile TaskCompletionSource? _held;

    /// <summary>Relays to a port of loopback.</summary>
    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where browsers reach the server through this line.</summary>
    public string Origin => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Resets every connection now, and every new one until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        _isCut = true;
        DropAll();
    }

    /// <summary>Resets every connection now; new ones pass.</summary>
    public void DropAll()
    {
        foreach (var client in _pairs.Keys)
            Reset(client);
    }

    /// <summary>Lets nothing through, without closing anything: a network that swallows packets.</summary>
    public void Hold() => _held ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The line is whole again.</summary>
    public void Mend()
    {
        _isCut = false;
        var held = _held;
        _held = null;
        held?.TrySetResult();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        Mend();
        DropAll();
        await _accepting;
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_stopping.Token);
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            if (_isCut)
                Reset(client);
            else
                _ = RelayAsync(client);
        }
    }

    private async Task RelayAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        _pairs[client] = server;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
            // Either direction's end ends both: half-closed connections are of no use to HTTP and WebSocket.
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is away, or the line was cut: the browser sees a reset.
        }
        finally
        {
            _pairs.TryRemove(client, out _);
            Reset(client);
            Reset(server);
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var read = await from.ReceiveAsync(buffer, _stopping.Token);
                if (_held is { } held)
                    await held.Task;
                if (read == 0)
                    return;
                for (var sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _stopping.Token);
            }
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Ends the pair.
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Never connected, or closed already.
        }
        socket.Dispose();
    }
}
