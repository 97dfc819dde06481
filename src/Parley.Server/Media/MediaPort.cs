// Whether the media port is free, of UDP and of TCP. The workers share it among themselves (SO_REUSEPORT), so without this look a second server would take half of the
// packets unseen.
using System.Net;
using System.Net.Sockets;
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Media;

internal static class MediaPort
{
    /// <summary>The first of the configured addresses that cannot be listened on, and why; null when all can.</summary>
    public static (IPAddress Address, SocketException Reason)? FindObstacle(MediaOptions media)
    {
        foreach (var (address, type) in AddressesOf(media).SelectMany(static address => new[] { (address, SocketType.Dgram), (address, SocketType.Stream) }))
        {
            using var socket = new Socket(address.AddressFamily, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
            try
            {
                if (address.AddressFamily == AddressFamily.InterNetworkV6)
                    socket.DualMode = false;
                socket.Bind(new IPEndPoint(address, media.Port));
            }
            catch (SocketException exception)
            {
                return (address, exception);
            }
        }

        return null;
    }

    private static IEnumerable<IPAddress> AddressesOf(MediaOptions media)
    {
        if (media.BindAddresses.Count > 0)
            return media.BindAddresses;
        return Socket.OSSupportsIPv6 && media.Port != 0 ? [IPAddress.Any, IPAddress.IPv6Any] : [IPAddress.Any];
    }
}
