// A UDP socket by its descriptor: bound to our port, and either open to everybody or connected to one peer.
using Parley.Media.Engine;
using Parley.Media.Udp.Native;

namespace Parley.Media.Udp.Sockets;

/// <summary>Owned by one worker, which closes it.</summary>
internal sealed unsafe class UdpSocket : IDisposable
{
    // Bursts of keyframes to many, and a worker that is busy for some milliseconds, must fit.
    private const int BufferBytes = 4 * 1024 * 1024;
    private const int ConnectedBufferBytes = 1024 * 1024;

    private UdpSocket(int descriptor, TransportAddress local, TransportAddress? remote, int path)
    {
        Descriptor = descriptor;
        Local = local;
        Remote = remote;
        Path = path;
        IsWildcard = remote is null && !local.ToIPAddress().GetAddressBytes().AsSpan().ContainsAnyExcept((byte)0);
    }

    public int Descriptor { get; private set; }

    /// <summary>What it is bound to.</summary>
    public TransportAddress Local { get; }

    /// <summary>To whom it is connected; null when it is open to everybody.</summary>
    public TransportAddress? Remote { get; }

    /// <summary>The path that a connected socket serves.</summary>
    public int Path { get; }

    /// <summary>True when it is bound to every address, so that the system has to tell to which one a datagram was sent.</summary>
    public bool IsWildcard { get; }

    /// <summary>Opens a socket that takes datagrams from everybody.</summary>
    /// <param name="local">An address of this machine or the wildcard; port 0 for any.</param>
    /// <exception cref="MediaSocketException">The port is taken, or the address is not ours.</exception>
    public static UdpSocket Bind(TransportAddress local)
    {
        var descriptor = Open(local, BufferBytes);
        try
        {
            var option = local.IsIPv4 ? (Libc.IpProtoIp, Libc.IpPacketInfo) : (Libc.IpProtoIpv6, Libc.Ipv6ReceivePacketInfo);
            if (!Libc.SetOption(descriptor, option.Item1, option.Item2, 1))
                throw Libc.Failure("Destination addresses of", local);
            BindTo(descriptor, local);
            if (!Libc.TryGetName(descriptor, out var bound))
                throw Libc.Failure("The address of", local);
            return new UdpSocket(descriptor, bound, null, -1);
        }
        catch
        {
            _ = Libc.Close(descriptor);
            throw;
        }
    }

    /// <summary>
    /// Opens a socket for one peer beside the open one: the system sorts its datagrams to it, and a send needs no lookup of the way. Null when the system has
    /// no more descriptors or does not like the address: the open socket serves as well.
    /// </summary>
    public static UdpSocket? TryConnect(TransportAddress local, TransportAddress remote, int path)
    {
        int descriptor;
        try
        {
            descriptor = Open(local, ConnectedBufferBytes);
        }
        catch (MediaSocketException)
        {
            return null;
        }

        try
        {
            BindTo(descriptor, local);
            Span<byte> peer = stackalloc byte[SocketAddress.MaxLength];
            var length = SocketAddress.Write(remote, peer);
            fixed (byte* bytes = peer)
            {
                if (Libc.Connect(descriptor, bytes, length) != 0)
                    throw Libc.Failure("A socket to", remote);
            }

            return new UdpSocket(descriptor, local, remote, path);
        }
        catch (MediaSocketException)
        {
            _ = Libc.Close(descriptor);
            return null;
        }
    }

    public void Dispose()
    {
        if (Descriptor < 0)
            return;
        _ = Libc.Close(Descriptor);
        Descriptor = -1;
    }

    private static int Open(TransportAddress local, int bufferBytes)
    {
        var descriptor = Libc.Socket(local.IsIPv4 ? Libc.AfInet : Libc.AfInet6, Libc.SockDgram | Libc.SockNonblock | Libc.SockCloexec, 0);
        if (descriptor < 0)
            throw Libc.Failure("A UDP socket");
        // Workers, and peers with a socket of their own, share the port.
        _ = Libc.SetOption(descriptor, Libc.SolSocket, Libc.SoReusePort, 1);
        if (!local.IsIPv4)
            _ = Libc.SetOption(descriptor, Libc.IpProtoIpv6, Libc.Ipv6Only, 1);
        // Root may go beyond the system's limit; anybody else gets as much as it allows.
        if (!Libc.SetOption(descriptor, Libc.SolSocket, Libc.SoReceiveBufferForce, bufferBytes))
            _ = Libc.SetOption(descriptor, Libc.SolSocket, Libc.SoReceiveBuffer, bufferBytes);
        if (!Libc.SetOption(descriptor, Libc.SolSocket, Libc.SoSendBufferForce, bufferBytes))
            _ = Libc.SetOption(descriptor, Libc.SolSocket, Libc.SoSendBuffer, bufferBytes);
        return descriptor;
    }

    private static void BindTo(int descriptor, TransportAddress local)
    {
        Span<byte> address = stackalloc byte[SocketAddress.MaxLength];
        var length = SocketAddress.Write(local, address);
        fixed (byte* bytes = address)
        {
            if (Libc.Bind(descriptor, bytes, length) != 0)
                throw Libc.Failure("UDP", local);
        }
    }
}
