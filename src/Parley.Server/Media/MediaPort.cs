// Whether the media port is free, of UDP and of TCP. The workers share it among themselves (SO_REUSEPORT), so without this look a second server would take half of the packets unseen.
using System.Net;
using System.Net.Sockets;
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Media;

/// <summary>Where the port cannot be listened on, and why.</summary>
internal sealed record MediaPortObstacle(IPAddress Address, ProtocolType Protocol, SocketException Reason)
{
    public bool IsTaken => Reason.SocketErrorCode == SocketError.AddressAlreadyInUse;
}

internal static class MediaPort
{
    private const int SolSocket = 1;
    private const int ReuseAddress = 2;
    private const int MaxTries = 100;

    /// <summary>The first of the configured addresses that cannot be listened on; null when all can.</summary>
    public static MediaPortObstacle? FindObstacle(MediaOptions media) =>
        AddressesOf(media).SelectMany(address => ProtocolsOf(media).Select(protocol => TryBind(address, protocol, media.Port))).FirstOrDefault(static obstacle => obstacle is not null);

    /// <summary>The same with the next port that is free; null when none of many is.</summary>
    public static MediaOptions? FindFree(MediaOptions media) => Enumerable.Range(media.Port + 1, Math.Min(MaxTries, IPEndPoint.MaxPort - media.Port))
        .Select(port => media with { Port = port })
        .FirstOrDefault(static other => FindObstacle(other) is null);

    private static MediaPortObstacle? TryBind(IPAddress address, ProtocolType protocol, int port)
    {
        using var socket = new Socket(address.AddressFamily, protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream, protocol);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            // Connections of an earlier run that linger are in nobody's way. The framework's own option would share the port with whoever shares it.
            if (protocol == ProtocolType.Tcp && OperatingSystem.IsLinux())
                socket.SetRawSocketOption(SolSocket, ReuseAddress, BitConverter.GetBytes(1));
            socket.Bind(new IPEndPoint(address, port));
            if (protocol == ProtocolType.Tcp)
                socket.Listen(1);
            return null;
        }
        catch (SocketException exception)
        {
            return new MediaPortObstacle(address, protocol, exception);
        }
    }

    private static ProtocolType[] ProtocolsOf(MediaOptions media) => media.Tcp ? [ProtocolType.Udp, ProtocolType.Tcp] : [ProtocolType.Udp];

    private static IEnumerable<IPAddress> AddressesOf(MediaOptions media)
    {
        if (media.BindAddresses.Count > 0)
            return media.BindAddresses;
        return Socket.OSSupportsIPv6 && media.Port != 0 ? [IPAddress.Any, IPAddress.IPv6Any] : [IPAddress.Any];
    }
}
