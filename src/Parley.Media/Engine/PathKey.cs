// Between which two addresses, and how, datagrams go.
namespace Parley.Media.Engine;

/// <summary>The two ends of a network path.</summary>
/// <param name="Local">Our address: the one that the datagram was sent to, also on a socket that is bound to all.</param>
/// <param name="Remote">The peer's address as we see it.</param>
/// <param name="IsTcp">True when the datagrams are framed on a TCP connection (RFC 4571).</param>
public readonly record struct PathKey(TransportAddress Local, TransportAddress Remote, bool IsTcp = false)
{
    /// <inheritdoc/>
    public override int GetHashCode() => Local.GetHashCode() * 31 + Remote.GetHashCode() + (IsTcp ? 1 : 0);

    /// <inheritdoc/>
    public override string ToString() => $"{(IsTcp ? "tcp" : "udp")} {Local} - {Remote}";
}
