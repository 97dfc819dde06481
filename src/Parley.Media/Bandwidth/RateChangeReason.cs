// Why an estimate is what it is; for the log and the metrics.
namespace Parley.Media.Bandwidth;

/// <summary>What last moved the target of a <see cref="BandwidthEstimator"/>.</summary>
public enum RateChangeReason
{
    /// <summary>Nothing is known yet.</summary>
    Start,

    /// <summary>Nothing speaks against more.</summary>
    Increase,

    /// <summary>A probe came through quicker.</summary>
    Probe,

    /// <summary>Packets wait in a queue on the way.</summary>
    Overuse,

    /// <summary>The queue on the way is empty again.</summary>
    QueueDrained,

    /// <summary>The way got longer without being full: what looked like a queue is not ours.</summary>
    PathChange,

    /// <summary>More is lost than usual on this way.</summary>
    Loss,

    /// <summary>The peer has said nothing for too long.</summary>
    NoFeedback,

    /// <summary>The peer says so itself (REMB).</summary>
    PeerLimit,
}
