// One authenticated path of a peer. RFC 8445 §6.1.2.
namespace Parley.Media.Engine;

internal sealed class NetworkPathState(int number, PathKey key, MediaPeer peer)
{
    public readonly int Number = number;
    public readonly PathKey Key = key;
    public readonly MediaPeer Peer = peer;

    /// <summary>The priority that the peer gave it, of the last check.</summary>
    public uint Priority;

    /// <summary>When a check, or a packet that proved authentic, last came over it.</summary>
    public long HeardUs;

    /// <summary>True when the peer has ever nominated it.</summary>
    public bool IsNominated;
}
