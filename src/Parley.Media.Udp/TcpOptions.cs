// What connections may take of us, in number, memory and time.
namespace Parley.Media.Udp;

/// <summary>Limits of ICE-TCP (RFC 6544).</summary>
public sealed record TcpOptions
{
    /// <summary>A connection whose first frame, a connectivity check, has not come in whole for so long ends.</summary>
    public TimeSpan FirstFrameTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Connections that may wait for their first frame. One more ends the one that has waited longest: a flood does not keep the honest out, who do not wait.</summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>The same for each IPv4 address, and for each IPv6 network of 64 bits.</summary>
    public int MaxWaitingPerAddress { get; init; } = 32;

    /// <summary>Bytes that may wait until a slow connection takes them; whole frames beyond are dropped, as a network drops datagrams.</summary>
    public int QueueBytes { get; init; } = 256 * 1024;

    /// <summary>A frame that has waited for so long is of no use any more, and is dropped.</summary>
    public TimeSpan QueueAge { get; init; } = TimeSpan.FromSeconds(1);
}
