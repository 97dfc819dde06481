// Reads many datagrams with one call (recvmmsg), each with its source and, on an open socket, the address that it was sent to.
using System.Runtime.InteropServices;
using Parley.Media.Engine;
using Parley.Media.Udp.Native;

namespace Parley.Media.Udp.Sockets;

/// <summary>Buffers of one worker; what was read is valid until the next read.</summary>
internal sealed unsafe class DatagramReader : IDisposable
{
    /// <summary>As many as one turn takes.</summary>
    public const int MaxDatagrams = 64;

    // Longer datagrams are cut off by the system, marked, and dropped.
    private const int DatagramBytes = 1536;
    private const int ControlBytes = 64;
    private const int Stride = DatagramBytes + SocketAddress.MaxLength + ControlBytes + 4;

    private readonly byte* _memory = (byte*)NativeMemory.AlignedAlloc(MaxDatagrams * Stride, 64);
    private readonly MultiMessage* _messages = (MultiMessage*)NativeMemory.AllocZeroed(MaxDatagrams, (nuint)sizeof(MultiMessage));
    private readonly IoVector* _vectors = (IoVector*)NativeMemory.AllocZeroed(MaxDatagrams, (nuint)sizeof(IoVector));

    public DatagramReader()
    {
        for (var i = 0; i < MaxDatagrams; i++)
        {
            _vectors[i] = new IoVector { Bytes = _memory + i * Stride, Length = DatagramBytes };
            _messages[i].Header.Vectors = _vectors + i;
            _messages[i].Header.VectorCount = 1;
            _messages[i].Header.Name = _memory + i * Stride + DatagramBytes;
            _messages[i].Header.NameLength = SocketAddress.MaxLength;
            _messages[i].Header.Control = _memory + i * Stride + DatagramBytes + SocketAddress.MaxLength + 4;
            _messages[i].Header.ControlLength = ControlBytes;
        }
    }

    /// <summary>Bytes of the datagrams that were read; of one that is longer than any we take, those that fitted.</summary>
    public long Bytes { get; private set; }

    /// <summary>Reads what is there, up to a number.</summary>
    /// <returns>How many; 0 when there is nothing.</returns>
    public int Read(UdpSocket socket, int most)
    {
        for (; ; )
        {
            var count = Libc.ReceiveMessages(socket.Descriptor, _messages, (uint)Math.Min(most, MaxDatagrams), Libc.MsgDontWait, null);
            if (count >= 0)
                return count;
            var error = Marshal.GetLastPInvokeError();
            // A connected socket reports by this that an earlier send met a closed port; whether the peer is gone is for ICE to find out.
            if (error is not (Libc.ErrorInterrupted or Libc.ErrorConnectionRefused))
                return 0;
        }
    }

    /// <summary>The bytes of a datagram; empty for one that was longer than any we take.</summary>
    public ReadOnlySpan<byte> Datagram(int index)
    {
        ref var message = ref _messages[index];
        return (message.Header.Flags & Libc.MsgTruncated) != 0 ? default : new ReadOnlySpan<byte>(_vectors[index].Bytes, (int)message.Length);
    }

    /// <summary>Where it came from.</summary>
    public TransportAddress Source(int index) => SocketAddress.Read(new ReadOnlySpan<byte>(_messages[index].Header.Name, SocketAddress.MaxLength));

    /// <summary>Where it was sent to, with the socket's port; the socket's own address when the system does not say.</summary>
    public TransportAddress Destination(int index, UdpSocket socket)
    {
        if (!socket.IsWildcard)
            return socket.Local;
        ref var header = ref _messages[index].Header;
        var control = new ReadOnlySpan<byte>(header.Control, (int)header.ControlLength);
        // struct cmsghdr: length (8 bytes), level, type; then the data.
        while (control.Length >= 16)
        {
            var length = (int)MemoryMarshal.Read<nint>(control);
            if (length < 16 || length > control.Length)
                break;
            var level = MemoryMarshal.Read<int>(control[8..]);
            var type = MemoryMarshal.Read<int>(control[12..]);
            var data = control[16..length];
            // struct in_pktinfo: interface, address that we would answer from, address in the header.
            if (level == Libc.IpProtoIp && type == Libc.IpPacketInfo && data.Length >= 12)
                return TransportAddress.FromIPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(data[8..]), socket.Local.Port);
            if (level == Libc.IpProtoIpv6 && type == Libc.Ipv6PacketInfo && data.Length >= 16)
                return TransportAddress.FromIPv6(data, socket.Local.Port);
            control = control[Math.Min(control.Length, length + 7 & ~7)..];
        }

        return socket.Local;
    }

    /// <summary>Makes the buffers ready for the next read: the system has written their lengths.</summary>
    public void Reset(int count)
    {
        var bytes = 0L;
        for (var i = 0; i < count; i++)
        {
            bytes += _messages[i].Length;
            _messages[i].Header.NameLength = SocketAddress.MaxLength;
            _messages[i].Header.ControlLength = ControlBytes;
        }

        Bytes += bytes;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        NativeMemory.Free(_messages);
        NativeMemory.Free(_vectors);
    }
}
