// A WebSocket client for load (RFC 6455): no allocation per message, so that the two cores of a small machine are left to the server.
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Parley.Bench.Load;

/// <summary>One connection on loopback. Sends are the caller's, one at a time; receiving runs by itself.</summary>
internal sealed class LoadConnection : IDisposable
{
    private const int HeaderBytes = 8;
    private readonly Socket _socket;
    private readonly Lock _sending = new();
    private Expectation? _expected;
    private byte[] _buffer = new byte[1024];
    private int _filled;

    private LoadConnection(Socket socket) => _socket = socket;

    /// <summary>Called for each text message that nobody asked for; runs on the receiving thread.</summary>
    public ReceiveHandler? Received { get; set; }

    /// <summary>Why the connection ended; null while it is open.</summary>
    public string? Ended { get; private set; }

    public static async Task<LoadConnection> OpenAsync(int port, string? subProtocol)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        var connection = new LoadConnection(socket);
        var request = $"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            + (subProtocol is null ? "\r\n" : $"Sec-WebSocket-Protocol: {subProtocol}\r\n\r\n");
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        await connection.ReadUpgradeAsync();
        _ = connection.ReceiveAsync();
        return connection;
    }

    /// <summary>A text frame with a zero mask: the payload stays readable, so that a time can be written into it later.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> text)
    {
        var frame = new byte[HeaderBytes + text.Length];
        frame[0] = 0x81;
        frame[1] = 0x80 | 126;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), checked((ushort)text.Length));
        text.CopyTo(frame.AsSpan(HeaderBytes));
        return frame;
    }

    public void SendFrame(byte[] frame)
    {
        lock (_sending)
            _socket.Send(frame);
    }

    /// <summary>Sends a message and waits for the first message of one of these types.</summary>
    public async Task<string> AskAsync(string message, params string[] types)
    {
        var expected = new Expectation(types);
        _expected = expected;
        if (Ended is { } reason)
            throw new IOException($"The connection has ended: {reason}");
        SendFrame(Frame(Encoding.UTF8.GetBytes(message)));
        return await expected.Answer.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public void Dispose() => _socket.Dispose();

    private async Task ReadUpgradeAsync()
    {
        while (true)
        {
            var end = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                if (!_buffer.AsSpan(0, end).StartsWith("HTTP/1.1 101"u8))
                    throw new IOException(Encoding.ASCII.GetString(_buffer, 0, end).Split("\r\n")[0]);
                Consume(end + 4);
                return;
            }

            await FillAsync();
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                while (TryTakeFrame())
                {
                }

                await FillAsync();
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            Ended ??= exception.Message;
            _expected?.Answer.TrySetException(new IOException(Ended));
        }
    }

    private async ValueTask FillAsync()
    {
        if (_filled == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await _socket.ReceiveAsync(_buffer.AsMemory(_filled));
        if (read == 0)
            throw new IOException("closed by the server");
        _filled += read;
    }

    private bool TryTakeFrame()
    {
        var bytes = _buffer.AsSpan(0, _filled);
        if (bytes.Length < 2)
            return false;
        int length = bytes[1], start = 2;
        if (length == 126)
        {
            if (bytes.Length < 4)
                return false;
            (length, start) = (BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), 4);
        }
        else if (length == 127)
        {
            if (bytes.Length < 10)
                return false;
            (length, start) = (checked((int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..])), 10);
        }

        if (bytes.Length < start + length)
            return false;
        Handle(bytes[0] & 0x0f, bytes.Slice(start, length));
        Consume(start + length);
        return true;
    }

    private void Handle(int opcode, ReadOnlySpan<byte> payload)
    {
        switch (opcode)
        {
            case 1:
                // Whoever asked may ask again before this returns: only the expectation that was met is taken away.
                if (Volatile.Read(ref _expected) is { } expected && expected.Matches(payload))
                    Interlocked.CompareExchange(ref _expected, null, expected);
                else
                    Received?.Invoke(payload);
                break;
            case 8:
                throw new IOException(payload.Length < 2
                    ? "closed without a code"
                    : $"closed: {BinaryPrimitives.ReadUInt16BigEndian(payload)} {Encoding.UTF8.GetString(payload[2..])}");
            case 9:
                var pong = new byte[6 + payload.Length];
                (pong[0], pong[1]) = (0x8a, (byte)(0x80 | payload.Length));
                payload.CopyTo(pong.AsSpan(6));
                SendFrame(pong);
                break;
        }
    }

    private void Consume(int count)
    {
        _buffer.AsSpan(count, _filled - count).CopyTo(_buffer);
        _filled -= count;
    }

    internal delegate void ReceiveHandler(ReadOnlySpan<byte> text);

    private sealed class Expectation(string[] types)
    {
        private readonly byte[][] _types = [.. types.Append("error").Select(type => Encoding.UTF8.GetBytes($"\"{type}\""))];

        public TaskCompletionSource<string> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The discriminator stands at the front of every message, or close to it.</summary>
        public bool Matches(ReadOnlySpan<byte> payload)
        {
            var front = payload[..Math.Min(payload.Length, 64)];
            foreach (var type in _types)
            {
                if (front.IndexOf(type) < 0)
                    continue;
                var text = Encoding.UTF8.GetString(payload);
                if (ReferenceEquals(type, _types[^1]))
                    Answer.TrySetException(new IOException(text));
                else
                    Answer.TrySetResult(text);
                return true;
            }

            return false;
        }
    }
}
