// The candidates of an ICE-lite agent: every address it is reached at. RFC 8445 §5.1.2, RFC 6544 §4.2.
using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Parley.Media.Sdp;

/// <summary>Makes host candidates of addresses.</summary>
public static class HostCandidates
{
    private const int UdpPreference = 126;

    // TCP is what remains when UDP is blocked, so it ranks below every other kind of host.
    private const int TcpPreference = 90;

    // RFC 6544 §4.2 keeps the three highest bits of the local preference for the direction; passive is 4.
    private const int PassiveDirection = 4 << 13;

    /// <summary>Candidates for these addresses; the first of each list is preferred.</summary>
    /// <param name="udp">Where UDP is received, as peers reach it.</param>
    /// <param name="tcp">Where TCP connections are accepted, as peers reach it.</param>
    public static ImmutableArray<IceCandidate> Of(IReadOnlyList<IPEndPoint> udp, IReadOnlyList<IPEndPoint> tcp)
    {
        var candidates = ImmutableArray.CreateBuilder<IceCandidate>(udp.Count + tcp.Count);
        for (var i = 0; i < udp.Count; i++)
            candidates.Add(Make(candidates.Count, udp[i], IceProtocol.Udp, Priority(UdpPreference, 65535 - i)));
        for (var i = 0; i < tcp.Count; i++)
            candidates.Add(Make(candidates.Count, tcp[i], IceProtocol.Tcp, Priority(TcpPreference, PassiveDirection + 8191 - i)));
        return candidates.MoveToImmutable();
    }

    private static uint Priority(int type, int local) => ((uint)type << 24) + ((uint)local << 8) + 255;

    private static IceCandidate Make(int number, IPEndPoint place, IceProtocol protocol, uint priority) => new()
    {
        Foundation = (number + 1).ToString(CultureInfo.InvariantCulture),
        Protocol = protocol,
        Priority = priority,
        Address = place.Address.ToString(),
        Port = place.Port,
        TcpType = protocol == IceProtocol.Tcp ? IceTcpType.Passive : IceTcpType.None,
    };
}
