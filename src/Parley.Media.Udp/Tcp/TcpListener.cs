// Where connections come in: the port that UDP has, on the same addresses.
using System.Runtime.InteropServices;
using Parley.Media.Engine;
using Parley.Media.Udp.Native;

namespace Parley.Media.Udp.Tcp;

/// <summary>A listening socket.</summary>
internal sealed unsafe class TcpListener : IDisposable
{
    private const int Backlog = 512;

    private TcpListener(int descriptor)
    {
        Descriptor = descriptor;
    }

    public int Descriptor { get; private set; }

    /// <summary>Listens.</summary>
    /// <exception cref="MediaSocketException">The port is taken, or the address is not ours.</exception>
    public static TcpListener Bind(TransportAddress local)
    {
        var descriptor = Libc.Socket(local.IsIPv4 ? Libc.AfInet : Libc.AfInet6, Libc.SockStream | Libc.SockNonblock | Libc.SockCloexec, 0);
        if (descriptor < 0)
            throw Libc.Failure("A TCP socket");
        try
        {
            // After a restart, connections of the former process may still be known to the system.
            _ = Libc.SetOption(descriptor, Libc.SolSocket, Libc.SoReuseAddress, 1);
            if (!local.IsIPv4)
                _ = Libc.SetOption(descriptor, Libc.IpProtoIpv6, Libc.Ipv6Only, 1);
            var address = stackalloc byte[SocketAddress.MaxLength];
            var length = SocketAddress.Write(local, new Span<byte>(address, SocketAddress.MaxLength));
            if (Libc.Bind(descriptor, address, length) != 0 || Libc.Listen(descriptor, Backlog) != 0)
                throw Libc.Failure("TCP", local);
            return new TcpListener(descriptor);
        }
        catch
        {
            _ = Libc.Close(descriptor);
            throw;
        }
    }

    /// <summary>Takes a connection that has come.</summary>
    /// <param name="connection">Its descriptor.</param>
    /// <param name="key">Its two ends.</param>
    public AcceptResult Accept(out int connection, out PathKey key)
    {
        var address = stackalloc byte[SocketAddress.MaxLength];
        for (; ; )
        {
            key = default;
            var length = SocketAddress.MaxLength;
            connection = Libc.Accept(Descriptor, address, &length, Libc.SockNonblock | Libc.SockCloexec);
            if (connection < 0)
            {
                switch (Marshal.GetLastPInvokeError())
                {
                    case Libc.ErrorAgain:
                        return AcceptResult.Nothing;
                    case Libc.ErrorDescriptors or Libc.ErrorSystemDescriptors or Libc.ErrorNoBuffers or Libc.ErrorNoMemory:
                        return AcceptResult.Exhausted;
                    default:
                        // It was gone before we came to it (accept(2)).
                        continue;
                }
            }

            if (Libc.TryGetName(connection, out var local))
            {
                key = new PathKey(local, SocketAddress.Read(new ReadOnlySpan<byte>(address, SocketAddress.MaxLength)), IsTcp: true);
                return AcceptResult.Accepted;
            }

            _ = Libc.Close(connection);
        }
    }

    /// <summary>Closes a connection that was taken and is not wanted; its other end is told by a reset.</summary>
    public static void Refuse(int connection)
    {
        var linger = stackalloc int[2] { 1, 0 };
        _ = Libc.SetSocketOption(connection, Libc.SolSocket, Libc.SoLinger, linger, 2 * sizeof(int));
        _ = Libc.Close(connection);
    }

    public void Dispose()
    {
        if (Descriptor < 0)
            return;
        _ = Libc.Close(Descriptor);
        Descriptor = -1;
    }
}

/// <summary>What became of a call to accept.</summary>
internal enum AcceptResult
{
    /// <summary>There is none.</summary>
    Nothing,

    /// <summary>There is one.</summary>
    Accepted,

    /// <summary>The system has no more descriptors, or no memory.</summary>
    Exhausted,
}
