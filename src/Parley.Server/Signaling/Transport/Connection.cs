// One signaling socket: reads frames, decodes them, hands messages over, and sends what its outbox holds (RFC 6455).
// Owns its buffers; borrows the socket's pipes until RunAsync returns.
using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Operations.Metrics;

namespace Parley.Server.Signaling.Transport;

/// <summary>An open WebSocket. Sending and closing may be done from any thread.</summary>
internal sealed class Connection
{
    private const int MaxCloseReasonBytes = FrameHeader.MaxControlPayload - sizeof(ushort);

    private readonly ConnectionServices _services;
    private readonly PipeReader _input;
    private readonly Action _abort;
    private readonly InboundBuffer _inbound;
    private readonly Outbox _outbox;
    private TokenBucket _bucket;
    private int _refusalsInRow;
    private int _ended;
    private volatile bool _handing;
    private volatile bool _closing;
    private long _heardAtMs;
    private long _pingAtMs;
    private long _authenticateByMs;
    private long _abortAtMs = long.MaxValue;
    private int _closeCode;

    public Connection(ConnectionId id, Socket socket, ConnectionServices services)
    {
        var options = services.Options;
        Id = id;
        _input = socket.Input;
        _abort = socket.Abort;
        _services = services;
        _inbound = new InboundBuffer(options.MessageBytes);
        _outbox = new Outbox(socket.Output, options.OutboxBytes);
        _bucket = new TokenBucket(options.MessagesPerSecond, options.MessageBurst);
        _heardAtMs = services.NowMs();
        _authenticateByMs = _heardAtMs + (long)options.RegisterWithin.TotalMilliseconds;

        // Spread over the interval, so that connections that came at the same moment are not pinged at the same moment for ever.
        var interval = (long)options.PingInterval.TotalMilliseconds;
        _pingAtMs = _heardAtMs + (interval / 2) + (id.Value % Math.Max(1, interval / 2));
    }

    public ConnectionId Id { get; }

    /// <summary>Set once, before <see cref="RunAsync"/>.</summary>
    public IConnectionHandler Handler { get; set; } = null!;

    /// <summary>The code that this side closed with; 0 while it has not.</summary>
    public CloseCode CloseCode => (CloseCode)_closeCode;

    /// <summary>Reads until the socket ends; then nothing touches the socket any more.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ReadAsync();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            _services.Log.ConnectionReset(Id.Value, exception.GetType().Name);
        }
        finally
        {
            End();
            var stopped = _outbox.StopAsync();
            if (!stopped.IsCompleted)
                _abort();
            await stopped;
            _inbound.Release();
        }
    }

    /// <summary>Sends a message.</summary>
    public void Send(ServerMessage message) => Send(message is Ack { Id: null } ? ConnectionServices.BareAck : MessageCodec.Encode(message));

    /// <summary>Sends an encoded message.</summary>
    /// <param name="utf8">May be shared with other connections; never changed.</param>
    public void Send(ReadOnlyMemory<byte> utf8)
    {
        switch (_outbox.Send(FrameOpcode.Text, utf8))
        {
            case OutboxResult.Accepted:
                _services.Metrics.MessagesSent(1);
                break;
            case OutboxResult.Overflowed:
                _services.Metrics.OutboxOverflowed();
                Close(CloseCode.TooSlow, "too slow");
                break;
        }
    }

    /// <summary>Closes: the handler is told at once, the peer gets the code behind what is queued, and some time to answer.</summary>
    /// <param name="code">Why.</param>
    /// <param name="reason">For the client's developer, or what the contract says; at most 123 bytes.</param>
    public void Close(CloseCode code, string reason)
    {
        if (Interlocked.CompareExchange(ref _closeCode, (int)code, 0) != 0)
            return;
        _closing = true;
        Volatile.Write(ref _abortAtMs, _services.NowMs() + (long)_services.Options.CloseLinger.TotalMilliseconds);
        _outbox.SendClose(ClosePayload(code, reason));
        End();
    }

    /// <summary>The peer showed who it is: the time to do so no longer runs.</summary>
    public void Authenticated() => Volatile.Write(ref _authenticateByMs, long.MaxValue);

    /// <summary>Ends the connection without a word.</summary>
    public void Abort() => _abort();

    /// <summary>Called by the shared timer: pings, gives a silent peer up, ends what lingers.</summary>
    public void Sweep(long nowMs)
    {
        if (_closing)
        {
            if (nowMs >= Volatile.Read(ref _abortAtMs))
                _abort();
            return;
        }

        // While a message is being handed over nothing is read, so silence means nothing.
        if (_handing)
            Volatile.Write(ref _heardAtMs, nowMs);
        if (nowMs >= Volatile.Read(ref _authenticateByMs))
        {
            Send(ConnectionServices.Unauthenticated);
            Close(CloseCode.Unauthenticated, "register within the time");
        }
        else if (nowMs - Volatile.Read(ref _heardAtMs) >= _services.Options.SilentAfter.TotalMilliseconds)
        {
            Close(CloseCode.Silent, "silent");
        }
        else if (nowMs >= _pingAtMs)
        {
            _pingAtMs = nowMs + (long)_services.Options.PingInterval.TotalMilliseconds;
            _outbox.Send(FrameOpcode.Ping, default);
        }
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            if (_inbound.IsEmpty)
                _inbound.Trim();
            if (!await ReceiveAsync())
                return;
            var nowMs = _services.NowMs();
            Volatile.Write(ref _heardAtMs, nowMs);
            while (_inbound.TryTake(out var inbound))
            {
                if (inbound.Kind == InboundKind.Close)
                {
                    Close(CloseCode.Normal, string.Empty);
                    return;
                }

                // Once this side closes, only the peer's own close frame is still looked for.
                if (_closing && inbound.Kind is not (InboundKind.Malformed or InboundKind.TooLarge))
                    continue;
                if (!await TakeAsync(inbound, nowMs))
                {
                    await DiscardAsync();
                    return;
                }
            }
        }
    }

    // Takes some of what came; false when nothing more will. What does not fit stays in the pipe, so that nothing grows before it is looked at.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReceiveAsync()
    {
        var result = await _input.ReadAsync();
        var received = result.Buffer;
        if (received.IsEmpty)
        {
            _input.AdvanceTo(received.End);
            return !result.IsCompleted;
        }

        var free = _inbound.Free();
        var taken = received.Slice(0, Math.Min(free.Length, received.Length));
        taken.CopyTo(free.Span);
        _inbound.Received((int)taken.Length);
        _input.AdvanceTo(taken.End);
        return true;
    }

    // False when nothing after this can be read.
    private ValueTask<bool> TakeAsync(Inbound inbound, long nowMs)
    {
        switch (inbound.Kind)
        {
            case InboundKind.Text:
                return HandAsync(inbound.Payload.Span, nowMs);
            case InboundKind.Ping:
                if (IsWithinRate(nowMs))
                    _outbox.Send(FrameOpcode.Pong, inbound.Payload.ToArray());
                else
                    Close(CloseCode.Flooding, "too many frames");
                break;
            case InboundKind.Pong:
                break;
            case InboundKind.TooLarge:
                Send(new Error(ErrorCodes.TooLarge, $"A message has at most {_services.Options.MessageBytes} bytes."));
                Close(CloseCode.Malformed, "too large");
                return ValueTask.FromResult(false);
            default:
                _services.Log.Malformed(Id.Value, inbound.Fault ?? string.Empty);
                Close(CloseCode.Malformed, inbound.Fault ?? string.Empty);
                return ValueTask.FromResult(false);
        }

        return ValueTask.FromResult(true);
    }

    private ValueTask<bool> HandAsync(ReadOnlySpan<byte> utf8, long nowMs)
    {
        var decoded = MessageCodec.DecodeClient(utf8);
        _services.Metrics.MessageReceived(decoded.Message?.Type ?? "unknown");
        if (!IsWithinRate(nowMs))
        {
            Refuse(decoded.Id ?? decoded.Message?.Id);
            return ValueTask.FromResult(true);
        }

        _refusalsInRow = 0;
        var handing = Handler.HandleAsync(decoded);
        return handing.IsCompletedSuccessfully ? ValueTask.FromResult(true) : AwaitAsync(handing);
    }

    private async ValueTask<bool> AwaitAsync(ValueTask handing)
    {
        _handing = true;
        try
        {
            await handing;
        }
        finally
        {
            _handing = false;
        }

        return true;
    }

    private bool IsWithinRate(long nowMs) => !_services.Options.RateLimiting || _bucket.TryTake(nowMs);

    private void Refuse(string? id)
    {
        _services.Metrics.RateLimited("messages");
        if (++_refusalsInRow > _services.Options.RefusalsBeforeClose)
            Close(CloseCode.Flooding, "too many messages");
        else
            Send(new Error(ErrorCodes.RateLimited, "Too many messages; slow down.", RetryAfter: 1) { Id = id });
    }

    // Reads on without looking: closing a socket with unread bytes would reset it and take the close frame with it.
    private async Task DiscardAsync()
    {
        while (true)
        {
            _inbound.Discard();
            if (!await ReceiveAsync())
                return;
        }
    }

    private void End()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
            Handler.Ended();
    }

    private static byte[] ClosePayload(CloseCode code, string reason)
    {
        var payload = new byte[sizeof(ushort) + Math.Min(MaxCloseReasonBytes, Encoding.UTF8.GetByteCount(reason))];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Encoding.UTF8.GetEncoder().Convert(reason, payload.AsSpan(sizeof(ushort)), flush: true, out _, out _, out _);
        return payload;
    }
}
