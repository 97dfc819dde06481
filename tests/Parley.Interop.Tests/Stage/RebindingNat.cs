// A router between one client and the server that gives the client another port in the middle of a call, as routers do that have forgotten a mapping.
using System.Net;
using System.Net.Sockets;

namespace Parley.Interop.Tests.Stage;

/// <summary>Passes datagrams on between a client that sends to <see cref="Front"/> and the server, which sees the port of the moment.</summary>
internal sealed class RebindingNat : IAsyncDisposable
{
    private const int MaxDatagram = 2048;

    private readonly IPEndPoint _server;
    private readonly Socket _front = Bind();
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Task> _passing = [];
    private volatile Socket _outside;
    private volatile EndPoint? _client;
    private volatile bool _holdsChecks;
    private long _heldChecks;

    public RebindingNat(IPEndPoint server)
    {
        _server = server;
        _outside = Open();
        _passing.Add(PassOutAsync());
    }

    /// <summary>Where the client is to send to.</summary>
    public IPEndPoint Front => (IPEndPoint)_front.LocalEndPoint!;

    /// <summary>Connectivity checks of the client that were held back.</summary>
    public long HeldChecks => Interlocked.Read(ref _heldChecks);

    /// <summary>From now on the server sees another port; what it sends to the former one is lost.</summary>
    /// <param name="holdsChecks">True to let everything through but connectivity checks, until <see cref="LetChecksThrough"/>.</param>
    public void Rebind(bool holdsChecks)
    {
        _holdsChecks = holdsChecks;
        var former = _outside;
        _outside = Open();
        former.Dispose();
    }

    public void LetChecksThrough() => _holdsChecks = false;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _outside.Dispose();
        _front.Dispose();
        await Task.WhenAll(_passing);
        _ending.Dispose();
    }

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private Socket Open()
    {
        var socket = Bind();
        socket.Connect(_server);
        _passing.Add(PassInAsync(socket));
        return socket;
    }

    private async Task PassOutAsync()
    {
        var buffer = new byte[MaxDatagram];
        var anybody = new IPEndPoint(IPAddress.Any, 0);
        await UntilClosedAsync(async () =>
        {
            var received = await _front.ReceiveFromAsync(buffer, SocketFlags.None, anybody, _ending.Token);
            _client = received.RemoteEndPoint;
            // RFC 7983: what begins with 0 to 3 is STUN.
            if (_holdsChecks && buffer[0] < 4)
                Interlocked.Increment(ref _heldChecks);
            else
                await _outside.SendAsync(buffer.AsMemory(0, received.ReceivedBytes), SocketFlags.None);
        });
    }

    private Task PassInAsync(Socket outside)
    {
        var buffer = new byte[MaxDatagram];
        return UntilClosedAsync(async () =>
        {
            var length = await outside.ReceiveAsync(buffer, SocketFlags.None, _ending.Token);
            await _front.SendToAsync(buffer.AsMemory(0, length), SocketFlags.None, _client!);
        }, outside);
    }

    private async Task UntilClosedAsync(Func<Task> pass, Socket? own = null)
    {
        while (!_ending.IsCancellationRequested && (own is null || own == _outside || !own.SafeHandle.IsClosed))
        {
            try
            {
                await pass();
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // The socket of the moment was exchanged, or everything ends: the loop's condition tells.
            }
        }
    }
}
