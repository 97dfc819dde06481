// What a worker's peers lost and asked for. All of it is rare, so that counting costs nothing where packets pass.
namespace Parley.Media.Engine;

/// <summary>Counts of losses and their repair since the engine began. Read from any thread; written by the engine's own.</summary>
public sealed class RepairCounters
{
    /// <summary>Packets that publishers were asked for again (NACK), each time counted.</summary>
    public long PacketsRequested { get; internal set; }

    /// <summary>Packets of publishers that never came.</summary>
    public long PacketsLost { get; internal set; }

    /// <summary>Keyframes that publishers were asked for (PLI or FIR).</summary>
    public long KeyframeRequests { get; internal set; }

    /// <summary>Subscriptions that waited in vain for a keyframe: <see cref="KeyframeMissing"/>.</summary>
    public long KeyframesMissing { get; internal set; }

    /// <summary>Packets that subscribers asked for and were sent again.</summary>
    public long PacketsRepeated { get; internal set; }

    /// <summary>Packets that they asked for and that are not held any more, or were sent again just now.</summary>
    public long RepeatsRefused { get; internal set; }

    /// <summary>Packets that subscribers report as lost on the way to them.</summary>
    public long PacketsLostBySubscribers { get; internal set; }

    /// <summary>Keyframes that subscribers asked for (PLI or FIR).</summary>
    public long KeyframesAsked { get; internal set; }
}
