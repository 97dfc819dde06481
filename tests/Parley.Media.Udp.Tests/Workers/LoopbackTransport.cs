// How a test's peer reaches the server: datagrams, or frames on a connection.
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Parley.Media.Udp.Tests.Workers;

internal abstract class LoopbackTransport(Socket socket) : IDisposable
{
    protected Socket Socket { get; } = socket;

    /// <summary>Our end.</summary>
    public IPEndPoint Local => (IPEndPoint)Socket.LocalEndPoint!;

    public static LoopbackTransport Udp(MediaServer server, IPAddress? address = null) => Udp(new IPEndPoint(address ?? IPAddress.Loopback, server.Port));

    public static LoopbackTransport Udp(IPEndPoint server) => new Datagrams(server);

    public static FramedTransport Tcp(MediaServer server, IPAddress? address = null, int receiveBuffer = 0, int chunk = int.MaxValue) =>
        new(new IPEndPoint(address ?? IPAddress.Loopback, server.Port), receiveBuffer, chunk);

    public abstract void Send(ReadOnlySpan<byte> datagram);

    /// <returns>The length; -1 at the end.</returns>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> datagram, CancellationToken ending);

    public void Dispose() => Socket.Dispose();

    /// <returns>How many bytes; -1 when either end has ended it by force.</returns>
    protected async ValueTask<int> ReadAsync(Memory<byte> bytes, CancellationToken ending)
    {
        try
        {
            return await Socket.ReceiveAsync(bytes, ending);
        }
        catch (SocketException end) when (end.SocketErrorCode is SocketError.ConnectionReset or SocketError.OperationAborted)
        {
            return -1;
        }
        catch (ObjectDisposedException)
        {
            return -1;
        }
    }

    private sealed class Datagrams : LoopbackTransport
    {
        private readonly IPEndPoint _server;

        public Datagrams(IPEndPoint server)
            : base(new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp))
        {
            _server = server;
            Socket.Bind(new IPEndPoint(server.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0));
        }

        public override void Send(ReadOnlySpan<byte> datagram) => Socket.SendTo(datagram, _server);

        // As a NAT or a firewall does: what comes from elsewhere than it was sent to is no answer.
        public override async ValueTask<int> ReceiveAsync(Memory<byte> datagram, CancellationToken ending)
        {
            try
            {
                while (true)
                {
                    var received = await Socket.ReceiveFromAsync(datagram, SocketFlags.None, _server, ending);
                    if (received.RemoteEndPoint.Equals(_server))
                        return received.ReceivedBytes;
                }
            }
            catch (SocketException end) when (end.SocketErrorCode == SocketError.OperationAborted)
            {
                return -1;
            }
            catch (ObjectDisposedException)
            {
                return -1;
            }
        }
    }
}

/// <summary>RFC 4571 framing; tests may also send bytes that are none.</summary>
internal sealed class FramedTransport : LoopbackTransport
{
    private readonly int _chunk;
    private readonly Lock _sending = new();
    private TaskCompletionSource _mayRead = new();

    /// <param name="server">Where to connect.</param>
    /// <param name="receiveBuffer">What the system takes while nobody reads; 0 for its own choice.</param>
    /// <param name="chunk">As many bytes leave by one call.</param>
    public FramedTransport(IPEndPoint server, int receiveBuffer, int chunk)
        : base(new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })
    {
        _chunk = chunk;
        if (receiveBuffer > 0)
            Socket.ReceiveBufferSize = receiveBuffer;
        Socket.Connect(server);
        _mayRead.SetResult();
    }

    /// <summary>Reads no more than what is being read until <see cref="Resume"/>.</summary>
    public void Pause() => _mayRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume() => _mayRead.SetResult();

    public static byte[] Frame(ReadOnlySpan<byte> datagram)
    {
        var frame = new byte[2 + datagram.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)datagram.Length);
        datagram.CopyTo(frame.AsSpan(2));
        return frame;
    }

    public override void Send(ReadOnlySpan<byte> datagram) => SendRaw(Frame(datagram));

    public void SendRaw(ReadOnlySpan<byte> bytes)
    {
        lock (_sending)
        {
            while (!bytes.IsEmpty)
                bytes = bytes[Socket.Send(bytes[..Math.Min(_chunk, bytes.Length)])..];
        }
    }

    public override async ValueTask<int> ReceiveAsync(Memory<byte> datagram, CancellationToken ending)
    {
        await _mayRead.Task.WaitAsync(ending);
        if (!await FillAsync(datagram[..2], ending))
            return -1;
        var length = BinaryPrimitives.ReadUInt16BigEndian(datagram.Span);
        return await FillAsync(datagram[..length], ending) ? length : -1;
    }

    /// <summary>Waits until the server has ended the connection, passing over what it sends before.</summary>
    public async Task EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var bytes = new byte[4096];
        while (await FillAsync(bytes.AsMemory(0, 1), patience.Token))
        {
        }
    }

    /// <summary>Ends the connection by a reset.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Close();
    }

    private async ValueTask<bool> FillAsync(Memory<byte> bytes, CancellationToken ending)
    {
        while (!bytes.IsEmpty)
        {
            var count = await ReadAsync(bytes, ending);
            if (count <= 0)
                return false;
            bytes = bytes[count..];
        }

        return true;
    }
}
