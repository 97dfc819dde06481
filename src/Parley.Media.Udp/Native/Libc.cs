// The system calls that the framework's sockets do not offer: many datagrams at once, segmentation offload, one wait for many sockets. Linux, 64 bit.
using System.Runtime.InteropServices;
using Parley.Media.Engine;

namespace Parley.Media.Udp.Native;

internal static unsafe partial class Libc
{
    public const int AfInet = 2;
    public const int AfInet6 = 10;
    public const int SockStream = 1;
    public const int SockDgram = 2;
    public const int SockNonblock = 0x800;
    public const int SockCloexec = 0x80000;

    public const int SolSocket = 1;
    public const int SoReuseAddress = 2;
    public const int SoKeepAlive = 9;
    public const int SoLinger = 13;
    public const int SoReusePort = 15;
    public const int SoSendBuffer = 7;
    public const int SoReceiveBuffer = 8;
    public const int SoSendBufferForce = 32;
    public const int SoReceiveBufferForce = 33;

    public const int IpProtoIp = 0;
    public const int IpProtoTcp = 6;
    public const int TcpNoDelay = 1;
    public const int TcpKeepIdle = 4;
    public const int TcpUserTimeout = 18;
    public const int TcpNotSentLowWater = 25;
    public const int IpProtoIpv6 = 41;
    public const int SolUdp = 17;
    public const int UdpSegment = 103;
    public const int IpPacketInfo = 8;
    public const int Ipv6Only = 26;
    public const int Ipv6ReceivePacketInfo = 49;
    public const int Ipv6PacketInfo = 50;

    public const int MsgDontWait = 0x40;
    public const int MsgNoSignal = 0x4000;
    public const int MsgTruncated = 0x20;

    public const int EpollCloexec = 0x80000;
    public const int EpollAdd = 1;
    public const int EpollDelete = 2;
    public const int EpollModify = 3;
    public const uint EpollIn = 1;
    public const uint EpollOut = 4;
    public const int EventNonblock = 0x800;
    public const int EventCloexec = 0x80000;

    public const int ErrorInterrupted = 4;
    public const int ErrorIo = 5;
    public const int ErrorAgain = 11;
    public const int ErrorNoMemory = 12;
    public const int ErrorInvalid = 22;
    public const int ErrorSystemDescriptors = 23;
    public const int ErrorDescriptors = 24;
    public const int ErrorTooLong = 90;
    public const int ErrorAddressInUse = 98;
    public const int ErrorNoBuffers = 105;
    public const int ErrorConnectionRefused = 111;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int descriptor, byte* address, int length);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int descriptor, byte* address, int length);

    /// <summary>The process's limit of open descriptors (RLIMIT_NOFILE, the soft one).</summary>
    public static ulong DescriptorLimit()
    {
        const int files = 7;
        // struct rlimit: soft, hard.
        var limits = stackalloc ulong[2];
        return GetLimit(files, limits) == 0 ? limits[0] : throw Failure("The limit of open files");
    }

    [LibraryImport(Library, EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, ulong* limits);

    [LibraryImport(Library, EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int descriptor, int backlog);

    [LibraryImport(Library, EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int descriptor, byte* address, int* length, int flags);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, byte* bytes, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetSocketName(int descriptor, byte* address, int* length);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(int descriptor, int level, int option, void* value, int length);

    [LibraryImport(Library, EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMessages(int descriptor, MultiMessage* messages, uint count, int flags, void* timeout);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int descriptor, byte* bytes, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(int descriptor, Message* message, int flags);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, byte* happening);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* happenings, int count, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* bytes, nint length);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* bytes, nint length);

    /// <summary>Sets an option that is a number. Returns false when the system refuses.</summary>
    public static bool SetOption(int descriptor, int level, int option, int value) => SetSocketOption(descriptor, level, option, &value, sizeof(int)) == 0;

    /// <summary>The address that a socket is bound to.</summary>
    /// <returns>False when the system refuses.</returns>
    public static bool TryGetName(int descriptor, out TransportAddress address)
    {
        var bytes = stackalloc byte[SocketAddress.MaxLength];
        var length = SocketAddress.MaxLength;
        var isKnown = GetSocketName(descriptor, bytes, &length) == 0;
        address = isKnown ? SocketAddress.Read(new ReadOnlySpan<byte>(bytes, SocketAddress.MaxLength)) : default;
        return isKnown;
    }

    /// <summary>The exception for a call that failed just now.</summary>
    public static MediaSocketException Failure(string what) => new(what, Marshal.GetLastPInvokeError());

    /// <summary>
    /// The same, with the address that it was about. It is formatted here, after the error was read: formatting makes calls of its own (what it needs for the first time asks for environment
    /// variables), and the error would be theirs.
    /// </summary>
    public static MediaSocketException Failure(string what, TransportAddress address)
    {
        var error = Marshal.GetLastPInvokeError();
        return new MediaSocketException($"{what} {address}", error);
    }
}

/// <summary><c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Bytes;
    public nint Length;
}

/// <summary><c>struct msghdr</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Message
{
    public byte* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nint VectorCount;
    public byte* Control;
    public nint ControlLength;
    public int Flags;
}

/// <summary><c>struct mmsghdr</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MultiMessage
{
    public Message Header;
    public uint Length;
}
