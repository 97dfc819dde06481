// The periods and bounds of signaling connections (docs/protocol.md §2, "Close codes" and "Limits").
using Parley.Protocol;

namespace Parley.Server.Signaling;

/// <summary>What is the same for every connection.</summary>
public sealed record SignalingOptions
{
    /// <summary>How often the server pings.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a peer may be silent before it is given up with 4408.</summary>
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection may be without a valid token.</summary>
    public TimeSpan RegisterWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a closing peer may take to read what was sent and to answer the close.</summary>
    public TimeSpan CloseLinger { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the shared timer looks at every connection.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How many bytes may wait for a peer before it is dropped with 4508.</summary>
    public int OutboxBytes { get; init; } = 1024 * 1024;

    /// <summary>The longest message of a client.</summary>
    public int MessageBytes { get; init; } = MessageLimits.FrameBytes;

    /// <summary>How many messages a second a client may send.</summary>
    public int MessagesPerSecond { get; init; } = 50;

    /// <summary>How many messages a client may send at once.</summary>
    public int MessageBurst { get; init; } = 200;

    /// <summary>How many refusals in a row are answered before the connection is closed with 4429.</summary>
    public int RefusalsBeforeClose { get; init; } = 2;

    /// <summary>False turns the limit of messages off; for load tests.</summary>
    public bool RateLimiting { get; init; } = true;

    /// <summary>How many connections may be open at once; 0 for as many as the transport allows.</summary>
    public int MaxConnections { get; init; }

    /// <summary>The most people whom browsers carry well among themselves; clients are told it.</summary>
    public int MeshLimit { get; init; } = 4;

    /// <summary>The least time that a client is told to stay away when the server drains.</summary>
    public TimeSpan DrainRetryMin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The most; each connection is told a time between the two, so that they do not come back at once.</summary>
    public TimeSpan DrainRetryMax { get; init; } = TimeSpan.FromSeconds(5);
}
