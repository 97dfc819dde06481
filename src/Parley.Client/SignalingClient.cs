// A participant's side of signaling over one WebSocket: requests by id, events in order (docs/protocol.md §2).
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Parley.Protocol;

namespace Parley.Client;

/// <summary>One signaling connection. Its members may be called from any thread.</summary>
public sealed class SignalingClient : IAsyncDisposable
{
    private const string SubProtocol = "parley.v1";

    private readonly ClientWebSocket _socket;
    private readonly SignalingClientOptions _options;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Inbox _inbox = new();
    private readonly Task _receiving;
    private long _lastId;
    private long _lastSeq = -1;

    private SignalingClient(ClientWebSocket socket, SignalingClientOptions options)
    {
        _socket = socket;
        _options = options;
        _receiving = ReceiveAsync();
    }

    /// <summary>Completes when the connection has ended, with what the peer closed it with.</summary>
    public Task<ConnectionClose> Closed => _inbox.Closed;

    /// <summary>The highest seq received; what resume_room wants. -1 before the first.</summary>
    public long LastSeq => Volatile.Read(ref _lastSeq);

    /// <summary>Opens a connection.</summary>
    /// <param name="address">ws:// or wss://, with the path /ws.</param>
    /// <param name="options">How it differs from the default.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="WebSocketException">The server refused the upgrade or is not there.</exception>
    public static async Task<SignalingClient> ConnectAsync(Uri address, SignalingClientOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new SignalingClientOptions();
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol(SubProtocol);
            socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
            socket.Options.CollectHttpResponseDetails = true;
            if (options.Origin is not null)
                socket.Options.SetRequestHeader("Origin", options.Origin);
            await socket.ConnectAsync(address, options.Handler, cancellation).ConfigureAwait(false);
            return new SignalingClient(socket, options);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection and registers with a token.</summary>
    /// <exception cref="SignalingException">The token was refused.</exception>
    public static async Task<SignalingClient> ConnectAsync(Uri address, string token, SignalingClientOptions? options = null, CancellationToken cancellation = default)
    {
        var client = await ConnectAsync(address, options, cancellation).ConfigureAwait(false);
        try
        {
            await client.RequestAsync<Registered>(new Register(token)).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends a request and waits for its answer, whatever it is. An id is given to the message when it has none.</summary>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    /// <exception cref="SignalingException">The connection ended first.</exception>
    public async Task<ServerMessage> RequestAsync(ClientMessage message, TimeSpan? patience = null)
    {
        if (message.Id is null)
            message = message with { Id = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture) };
        var answer = _inbox.ExpectAnswer(message.Id);
        try
        {
            await SendAsync(message).ConfigureAwait(false);
            return await answer.WaitAsync(patience ?? _options.Patience).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"No answer to {message.Type} {message.Id}. {_inbox.Describe()}", exception);
        }
        finally
        {
            _inbox.ForgetAnswer(message.Id);
        }
    }

    /// <summary>Sends a request and waits for the answer that success has.</summary>
    /// <typeparam name="T">The type of that answer.</typeparam>
    /// <exception cref="SignalingException">The answer was an error or of another type.</exception>
    public async Task<T> RequestAsync<T>(ClientMessage message, TimeSpan? patience = null)
        where T : ServerMessage
    {
        var answer = await RequestAsync(message, patience).ConfigureAwait(false);
        return answer switch
        {
            T expected => expected,
            Error error => throw new SignalingException($"{message.Type} was refused: {error.Code}, {error.Message}", error.Code),
            _ => throw new SignalingException($"{message.Type} was answered by {answer.Type}."),
        };
    }

    /// <summary>Sends a message without waiting for an answer.</summary>
    public ValueTask SendAsync(ClientMessage message, CancellationToken cancellation = default) =>
        SendRawAsync(MessageCodec.Encode(message), WebSocketMessageType.Text, cancellation: cancellation);

    /// <summary>Sends text as it is.</summary>
    public ValueTask SendRawAsync(string text, CancellationToken cancellation = default) =>
        SendRawAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, cancellation: cancellation);

    /// <summary>Sends bytes as they are, as one frame.</summary>
    /// <param name="bytes">The payload.</param>
    /// <param name="type">Text or binary.</param>
    /// <param name="final">False for a fragment that others follow.</param>
    /// <param name="cancellation">Gives up; the connection is unusable then.</param>
    public async ValueTask SendRawAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type, bool final = true, CancellationToken cancellation = default)
    {
        await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await _socket.SendAsync(bytes, type, final, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The first event of a type that has not been taken yet, received already or not; it is taken.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="match">Which one; any when null.</param>
    /// <param name="patience">How long to wait.</param>
    /// <exception cref="TimeoutException">None came in time; the text lists what came instead.</exception>
    /// <exception cref="SignalingException">The connection ended first.</exception>
    public async Task<T> WaitForAsync<T>(Func<T, bool>? match = null, TimeSpan? patience = null)
        where T : ServerMessage
    {
        var waiting = _inbox.ExpectEvent(message => message is T typed && (match is null || match(typed)), out var withdraw);
        try
        {
            return (T)await waiting.WaitAsync(patience ?? _options.Patience).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"No {typeof(T).Name} came. {_inbox.Describe()}", exception);
        }
        finally
        {
            withdraw();
        }
    }

    /// <summary>The events that have arrived and have not been taken, oldest first; they stay.</summary>
    public IReadOnlyList<ServerMessage> Pending() => _inbox.Snapshot();

    /// <summary>Every event in order, each taken as it is given, until the connection ends.</summary>
    public async IAsyncEnumerable<ServerMessage> EventsAsync()
    {
        while (true)
        {
            ServerMessage next;
            try
            {
                next = await _inbox.ExpectEvent(static _ => true, out _).ConfigureAwait(false);
            }
            catch (SignalingException)
            {
                yield break;
            }

            yield return next;
        }
    }

    /// <summary>Cuts the connection without a word, as a lost network does.</summary>
    public void Abort() => _socket.Abort();

    /// <summary>Closes as a browser does that leaves the page.</summary>
    public async Task<ConnectionClose> CloseAsync(WebSocketCloseStatus status = WebSocketCloseStatus.NormalClosure)
    {
        await _sending.WaitAsync().ConfigureAwait(false);
        try
        {
            await _socket.CloseOutputAsync(status, null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (WebSocketException)
        {
            // It is closed already; how, says Closed.
        }
        finally
        {
            _sending.Release();
        }

        return await Closed.WaitAsync(_options.Patience).ConfigureAwait(false);
    }

    /// <summary>Cuts the connection and waits until nothing runs any more.</summary>
    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _receiving.ConfigureAwait(false);
        _socket.Dispose();
        _sending.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[_options.ReceiveBytes];
        var length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                    Array.Resize(ref buffer, 2 * buffer.Length);
                var result = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None).ConfigureAwait(false);
                if (result.MessageType == WebSocketMessageType.Close)
                    break;
                length += result.Count;
                if (!result.EndOfMessage)
                    continue;
                Take(buffer.AsMemory(0, length));
                length = 0;
            }

            await AnswerCloseAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is gone; what is known of it is told below.
        }

        _inbox.Close(new ConnectionClose((int?)_socket.CloseStatus ?? 0, _socket.CloseStatusDescription));
    }

    private async Task AnswerCloseAsync()
    {
        if (_socket.State != WebSocketState.CloseReceived)
            return;
        await _sending.WaitAsync().ConfigureAwait(false);
        try
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    private void Take(ReadOnlyMemory<byte> utf8)
    {
        if (_options.RawReceiver is { } receiver)
        {
            receiver(utf8);
            return;
        }

        var decoded = MessageCodec.DecodeServer(utf8.Span);
        if (decoded.Message is not { } message)
            return;
        if (message.Seq is { } seq && seq > LastSeq)
            Volatile.Write(ref _lastSeq, seq);
        if (RoomOf(message) is { } room && room.Seq > LastSeq)
            Volatile.Write(ref _lastSeq, room.Seq);
        _inbox.Add(message);
    }

    private static RoomView? RoomOf(ServerMessage message) => message switch
    {
        HostJoinedRoom joined => joined.Room,
        JoinedRoom joined => joined.Room,
        AcceptedIntoRoom accepted => accepted.Room,
        RoomResumed resumed => resumed.Room,
        RoomCreated created => created.Room,
        _ => null,
    };
}
