// What all connections share: bounds, clock, meters, log.
using Parley.Protocol;
using Parley.Server.Operations.Metrics;

namespace Parley.Server.Signaling.Transport;

/// <summary>Borrowed by every connection.</summary>
internal sealed class ConnectionServices(SignalingOptions options, TimeProvider clock, ParleyMetrics metrics, ILogger<Connection> logger)
{
    /// <summary>The answer to most relayed messages.</summary>
    public static readonly byte[] BareAck = MessageCodec.Encode(new Ack());

    public static readonly byte[] Unauthenticated = MessageCodec.Encode(new Error(ErrorCodes.Unauthenticated, "Send register with a valid token first."));

    public SignalingOptions Options { get; } = options;

    public ParleyMetrics Metrics { get; } = metrics;

    public ILogger Log { get; } = logger;

    /// <summary>Milliseconds that never fall.</summary>
    public long NowMs() => clock.GetTimestamp() / (clock.TimestampFrequency / 1000);
}
