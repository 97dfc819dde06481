// Ports for programs that have to be told theirs before they open it.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Parley.Browser.Tests.Harness;

/// <summary>Ports that the system gives to nobody by itself: between finding one and opening it, no connection of another test can be given it.</summary>
internal static class FreePorts
{
    // Below net.ipv4.ip_local_port_range, whose default begins at 32,768.
    private const int First = 20_000;
    private const int Last = 32_767;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>A port of loopback that nobody has, neither for TCP nor for UDP; none is given twice.</summary>
    public static int Next()
    {
        for (var attempt = 0; attempt < Last - First; attempt++)
        {
            var port = Random.Shared.Next(First, Last + 1);
            if (IsFree(port, SocketType.Stream, ProtocolType.Tcp) && IsFree(port, SocketType.Dgram, ProtocolType.Udp) && Given.TryAdd(port, true))
                return port;
        }

        throw new InvalidOperationException($"No port between {First} and {Last} is free.");
    }

    private static bool IsFree(int port, SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
