// One authenticated path of a peer. RFC 8445 §6.1.2.
namespace Parley.Media.Engine;

internal sealed class NetworkPathState(int number, PathKey key, MediaPeer peer)
{
    public const int HeadersIPv4 = 20 + 8;
    public const int HeadersIPv6 = 40 + 8;

    /// <summary>Bytes of IP and UDP headers, which take their place on the way as well.</summary>
    public readonly int HeaderBytes = key.Remote.IsIPv4 ? HeadersIPv4 : HeadersIPv6;

    public readonly int Number = number;
    public readonly PathKey Key = key;
    public readonly MediaPeer Peer = peer;

    /// <summary>The priority that the peer gave it, of the last check.</summary>
    public uint Priority;

    /// <summary>When a new check, or a packet that proved authentic, last came over it.</summary>
    public long HeardUs;

    /// <summary>When the check came that opened it.</summary>
    public long OpenedUs;

    /// <summary>True when the peer has nominated it, and it was not left for its silence since.</summary>
    public bool IsNominated;

    /// <summary>Of the credentials by which it was nominated: how many there had been before.</summary>
    public int Generation;
}
