// A WebSocket by hand over TCP, for what no well-behaved client sends: broken frames, silence, not reading.
using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Parley.Server.Tests.Signaling.Support;

/// <summary>A frame as received.</summary>
internal sealed record RawFrame(int Opcode, byte[] Payload)
{
    public const int Text = 1;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    public string AsText => Encoding.UTF8.GetString(Payload);

    public int CloseCode => Payload.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(Payload);

    public string CloseReason => Payload.Length < 2 ? string.Empty : Encoding.UTF8.GetString(Payload.AsSpan(2));
}

/// <summary>A raw client.</summary>
internal sealed class RawWebSocket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TcpClient _tcp;
    private readonly NetworkStream _stream;

    private RawWebSocket(TcpClient tcp)
    {
        _tcp = tcp;
        _stream = tcp.GetStream();
    }

    /// <summary>The status line and headers of the answer to the upgrade.</summary>
    public string Answer { get; private set; } = string.Empty;

    public int Status => int.Parse(Answer.Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>Connects and asks for the upgrade; the answer may be a refusal.</summary>
    /// <param name="server">Any address of the server.</param>
    /// <param name="headers">Lines that replace the usual ones of the same name; an empty value leaves one out.</param>
    public static async Task<RawWebSocket> OpenAsync(Uri server, params (string Name, string Value)[] headers)
    {
        var tcp = new TcpClient { ReceiveBufferSize = 8 * 1024 };
        await tcp.ConnectAsync(server.Host, server.Port);
        var socket = new RawWebSocket(tcp);
        var lines = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Host"] = server.Authority,
            ["Connection"] = "Upgrade",
            ["Upgrade"] = "websocket",
            ["Sec-WebSocket-Version"] = "13",
            ["Sec-WebSocket-Key"] = Convert.ToBase64String(Guid.NewGuid().ToByteArray()),
            ["Sec-WebSocket-Protocol"] = "parley.v1",
        };
        foreach (var (name, value) in headers)
            lines[name] = value;
        var request = new StringBuilder("GET /ws HTTP/1.1\r\n");
        foreach (var (name, value) in lines.Where(line => line.Value.Length > 0))
            request.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        await socket._stream.WriteAsync(Encoding.ASCII.GetBytes(request.Append("\r\n").ToString()));
        socket.Answer = await socket.ReadHeadAsync();
        return socket;
    }

    /// <summary>Sends a masked frame.</summary>
    public Task SendAsync(int opcode, ReadOnlySpan<byte> payload, bool final = true) =>
        SendBytesAsync(Encode(opcode, payload, final));

    public Task SendTextAsync(string text) => SendAsync(RawFrame.Text, Encoding.UTF8.GetBytes(text));

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendBytesAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    /// <summary>The next frame.</summary>
    public async Task<RawFrame> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var head = new byte[2];
        await _stream.ReadExactlyAsync(head, patience.Token);
        long length = head[1] & 0x7F;
        if (length == 126)
        {
            var extended = new byte[2];
            await _stream.ReadExactlyAsync(extended, patience.Token);
            length = BinaryPrimitives.ReadUInt16BigEndian(extended);
        }
        else if (length == 127)
        {
            var extended = new byte[8];
            await _stream.ReadExactlyAsync(extended, patience.Token);
            length = BinaryPrimitives.ReadInt64BigEndian(extended);
        }

        var payload = new byte[length];
        await _stream.ReadExactlyAsync(payload, patience.Token);
        return new RawFrame(head[0] & 0x0F, payload);
    }

    /// <summary>The first frame of a kind; others before it are dropped.</summary>
    public async Task<RawFrame> ReceiveAsync(int opcode)
    {
        while (true)
        {
            var frame = await ReceiveAsync();
            if (frame.Opcode == opcode)
                return frame;
        }
    }

    /// <summary>Whether the server ends the TCP connection, having sent nothing more.</summary>
    public async Task<bool> EndsAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await _stream.ReadAsync(new byte[1], patience.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _tcp.Dispose();
    }

    public static byte[] Encode(int opcode, ReadOnlySpan<byte> payload, bool final = true, bool masked = true)
    {
        var frame = new List<byte> { (byte)((final ? 0x80 : 0) | opcode) };
        var maskBit = masked ? 0x80 : 0;
        switch (payload.Length)
        {
            case < 126:
                frame.Add((byte)(maskBit | payload.Length));
                break;
            case <= ushort.MaxValue:
                frame.AddRange([(byte)(maskBit | 126), (byte)(payload.Length >> 8), (byte)payload.Length]);
                break;
            default:
                frame.Add((byte)(maskBit | 127));
                var length = new byte[8];
                BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
                frame.AddRange(length);
                break;
        }

        byte[] mask = [0x12, 0xE4, 0x56, 0x9A];
        if (masked)
            frame.AddRange(mask);
        for (var i = 0; i < payload.Length; i++)
            frame.Add(masked ? (byte)(payload[i] ^ mask[i & 3]) : payload[i]);
        return [.. frame];
    }

    private async Task<string> ReadHeadAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var head = new List<byte>();
        var next = new byte[1];
        while (!(head.Count >= 4 && head[^4..] is [13, 10, 13, 10]))
        {
            await _stream.ReadExactlyAsync(next, patience.Token);
            head.Add(next[0]);
        }

        return Encoding.ASCII.GetString([.. head]);
    }
}
