// Sends what the engine writes: the datagrams of one destination lie one behind the other, and leave by one call when they are of one size (UDP_SEGMENT),
// or when they are frames of a TCP connection.
using System.Diagnostics;
using System.Runtime.InteropServices;
using Parley.Media.Engine;
using Parley.Media.Udp.Native;
using Parley.Media.Udp.Tcp;

namespace Parley.Media.Udp.Sockets;

/// <summary>The output of one worker. A run is sent when its destination or its size changes, or the turn ends: nothing waits for company.</summary>
internal sealed unsafe class DatagramSender : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    // The kernel takes 64 segments, and no more bytes than an IPv4 datagram may have (UDP_MAX_SEGMENTS, udp(7)).
    private const int MaxSegments = 64;
    private const int MaxRunBytes = 65_000;
    private const int ControlBytes = 64;

    private readonly byte* _buffer = (byte*)NativeMemory.AlignedAlloc(BufferBytes, 64);
    private readonly byte* _control = (byte*)NativeMemory.AllocZeroed(ControlBytes);
    private readonly byte* _name = (byte*)NativeMemory.AllocZeroed(SocketAddress.MaxLength);
    private readonly Message* _message = (Message*)NativeMemory.AllocZeroed((nuint)sizeof(Message));
    private readonly IoVector* _vector = (IoVector*)NativeMemory.AllocZeroed((nuint)sizeof(IoVector));
    private SendPath?[] _paths = new SendPath?[16];

    private int _path = -1;
    private int _start;
    private int _end;
    private int _segment;
    private int _segments;
    private int _prefix;
    private SendPath? _current;

    /// <summary>Datagrams handed to the system.</summary>
    public long Sent { get; private set; }

    /// <summary>Bytes of them.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Calls that handed them over.</summary>
    public long Calls { get; private set; }

    /// <summary>Datagrams that the system did not take.</summary>
    public long Failed { get; private set; }

    /// <summary>Says how a path is reached.</summary>
    public void Open(int path, UdpSocket socket, PathKey key) => Open(path, new SendPath(key, socket, null));

    /// <summary>Says which connection a path is.</summary>
    public void Open(int path, TcpConnection connection) => Open(path, new SendPath(connection.Key, null, connection));

    /// <summary>The path's datagrams leave by this socket from now on.</summary>
    public void Move(int path, UdpSocket socket)
    {
        if (Find(path) is { } known)
            known.Reach(socket);
    }

    public void Close(int path)
    {
        if (Find(path) is null)
            return;
        if (_path == path)
            Flush();
        _paths[path] = null;
    }

    public SendPath? Find(int path) => (uint)path < (uint)_paths.Length ? _paths[path] : null;

    public Span<byte> Reserve(int path, int size)
    {
        if (path != _path || _end + size + Framing.PrefixBytes > BufferBytes || _end - _start + size > MaxRunBytes)
        {
            Flush();
            _path = path;
            _current = Find(path);
            _prefix = _current?.Connection is null ? 0 : Framing.PrefixBytes;
        }

        return new Span<byte>(_buffer + _end + _prefix, size);
    }

    public void Commit(int length)
    {
        if (length == 0)
            return;
        Debug.Assert(_end + length + _prefix <= BufferBytes, "More was committed than reserved.");
        if (_prefix != 0)
        {
            CommitFrame(length);
            return;
        }

        // A run's datagrams are of one size; the last may be shorter, and is the last by that.
        if (_segments > 0 && (length > _segment || _end - _start != _segments * _segment || _segments == MaxSegments || _current is { TakesSegments: false }))
            SendRun();
        if (_segments == 0)
            _segment = length;
        _segments++;
        _end += length;
    }

    /// <summary>Sends what was committed.</summary>
    public void Flush()
    {
        if (_segments > 0)
            SendRun();
        _start = _end = 0;
        _path = -1;
        _prefix = 0;
        _current = null;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_buffer);
        NativeMemory.Free(_control);
        NativeMemory.Free(_name);
        NativeMemory.Free(_message);
        NativeMemory.Free(_vector);
    }

    private void Open(int path, SendPath way)
    {
        if (path >= _paths.Length)
            Array.Resize(ref _paths, Math.Max(path + 1, _paths.Length * 2));
        _paths[path] = way;
    }

    private void CommitFrame(int length)
    {
        Framing.WritePrefix(new Span<byte>(_buffer + _end, Framing.PrefixBytes), length);
        _segments++;
        _end += Framing.PrefixBytes + length;
    }

    private void SendRun()
    {
        if (_current is { } path)
        {
            if (path.Connection is { } connection)
                SendFrames(connection);
            else if (_segments == 1)
                Count(Send(path, _buffer + _start, _end - _start, 0), 1, _end - _start);
            else
                SendSegments(path);
        }
        else
        {
            Failed += _segments;
        }

        _start = _end;
        _segments = 0;
    }

    private void SendFrames(TcpConnection connection)
    {
        Calls++;
        var taken = connection.Send(new ReadOnlySpan<byte>(_buffer + _start, _end - _start), out var bytes);
        Sent += taken;
        BytesSent += bytes;
        Failed += _segments - taken;
    }

    private void SendSegments(SendPath path)
    {
        var error = Send(path, _buffer + _start, _end - _start, _segment);
        if (error is not (Libc.ErrorIo or Libc.ErrorInvalid or Libc.ErrorTooLong))
        {
            Count(error, _segments, _end - _start);
            return;
        }

        // A device without checksum offload (EIO), or a path whose MTU is below the segment (EINVAL, EMSGSIZE in newer kernels): one by one (udp(7)).
        path.TakesSegments = false;
        for (var at = _start; at < _end; at += _segment)
        {
            var length = Math.Min(_segment, _end - at);
            Count(Send(path, _buffer + at, length, 0), 1, length);
        }
    }

    private void Count(int error, int datagrams, int bytes)
    {
        if (error == 0)
        {
            Sent += datagrams;
            BytesSent += bytes;
        }
        else
        {
            Failed += datagrams;
        }
    }

    /// <returns>0, or the system's error.</returns>
    private int Send(SendPath path, byte* bytes, int length, int segment)
    {
        for (var attempt = 0; ; attempt++)
        {
            Calls++;
            var sent = path.IsConnected && segment == 0
                ? DirectSend.Send(path.Descriptor, bytes, length, Libc.MsgDontWait | Libc.MsgNoSignal)
                : SendMessage(path, bytes, length, segment);
            if (sent >= 0)
                return 0;
            var error = Marshal.GetLastSystemError();
            // Interrupted, or the socket reports what became of an earlier datagram: this one was not sent yet.
            if (error is not (Libc.ErrorInterrupted or Libc.ErrorConnectionRefused) || attempt == 3)
                return error;
        }
    }

    private nint SendMessage(SendPath path, byte* bytes, int length, int segment)
    {
        _vector->Bytes = bytes;
        _vector->Length = length;
        *_message = new Message { Vectors = _vector, VectorCount = 1, Control = _control };
        if (!path.IsConnected)
        {
            _message->Name = _name;
            _message->NameLength = (uint)SocketAddress.Write(path.Key.Remote, new Span<byte>(_name, SocketAddress.MaxLength));
            if (path.Socket!.IsWildcard)
                AddSource(path.Key.Local);
        }

        if (segment != 0)
            *(ushort*)AddControl(Libc.SolUdp, Libc.UdpSegment, sizeof(ushort)) = (ushort)segment;
        if (_message->ControlLength == 0)
            _message->Control = null;
        return DirectSend.SendMessage(path.Descriptor, _message, Libc.MsgDontWait | Libc.MsgNoSignal);
    }

    // From the address that the peer sent to; else a machine with several would answer from the wrong one.
    private void AddSource(TransportAddress local)
    {
        if (local.IsIPv4)
        {
            var information = AddControl(Libc.IpProtoIp, Libc.IpPacketInfo, 12);
            local.WriteAddress(new Span<byte>(information + 4, 4));
        }
        else
        {
            var information = AddControl(Libc.IpProtoIpv6, Libc.Ipv6PacketInfo, 20);
            local.WriteAddress(new Span<byte>(information, 16));
        }
    }

    private byte* AddControl(int level, int type, int length)
    {
        var header = _control + _message->ControlLength;
        var padded = length + 7 & ~7;
        new Span<byte>(header, 16 + padded).Clear();
        *(nint*)header = 16 + length;
        *(int*)(header + 8) = level;
        *(int*)(header + 12) = type;
        _message->ControlLength += 16 + padded;
        return header + 16;
    }
}

/// <summary>How a path is reached: by a socket, or as a connection.</summary>
internal sealed class SendPath
{
    public readonly TcpConnection? Connection;

    /// <summary>Of the socket, and whether it is connected: beside each other, for they are read for every packet.</summary>
    public int Descriptor;
    public bool IsConnected;

    /// <summary>False after the system has refused to cut a run into datagrams on this path.</summary>
    public bool TakesSegments = true;

    public UdpSocket? Socket;
    public readonly PathKey Key;

    public SendPath(PathKey key, UdpSocket? socket, TcpConnection? connection)
    {
        Key = key;
        Connection = connection;
        if (socket is not null)
            Reach(socket);
    }

    /// <summary>Datagrams leave by this socket from now on.</summary>
    public void Reach(UdpSocket socket)
    {
        Socket = socket;
        Descriptor = socket.Descriptor;
        IsConnected = socket.Remote is not null;
    }
}
