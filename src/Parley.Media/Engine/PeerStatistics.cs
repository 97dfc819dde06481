// What one peer did, for whoever operates the server. Read on the engine's thread, and then a value like any other.
using System.Collections.Immutable;
using Parley.Media.Forwarding;
using Parley.Media.Rtp;

namespace Parley.Media.Engine;

/// <summary>A peer as it is now. Counts are since its beginning.</summary>
public sealed record PeerStatistics
{
    /// <summary>Whose they are.</summary>
    public required PeerId Peer { get; init; }

    /// <summary>True when there are keys, and a path to send on.</summary>
    public bool IsConnected { get; init; }

    /// <summary>The path that media takes; null while there is none.</summary>
    public PathKey? Path { get; init; }

    /// <summary>How long nothing authentic came from it, in microseconds.</summary>
    public long SilentUs { get; init; }

    /// <summary>The longest of the last round trips of what it receives, in microseconds; 0 while none is known.</summary>
    public long RoundTripUs { get; init; }

    /// <summary>What the way to it carries, in bits a second; 0 while that is not known.</summary>
    public long EstimateBps { get; init; }

    /// <summary>The longest time that a packet waited for its turn on that way, in microseconds.</summary>
    public long LongestPacingWaitUs { get; init; }

    /// <summary>What it publishes.</summary>
    public ImmutableArray<LayerStatistics> Layers { get; init; } = [];

    /// <summary>What it receives.</summary>
    public ImmutableArray<SubscriptionStatistics> Subscriptions { get; init; } = [];

    /// <summary>What of it was dropped, by reason; reasons that did not occur are left out.</summary>
    public ImmutableArray<(DropReason Reason, long Count)> Drops { get; init; } = [];
}

/// <summary>One layer of a published track.</summary>
public sealed record LayerStatistics
{
    /// <summary>The track's section.</summary>
    public required string Mid { get; init; }

    /// <summary>Sound or picture.</summary>
    public MediaKind Kind { get; init; }

    /// <summary>The simulcast layer; null where there is one.</summary>
    public string? Rid { get; init; }

    /// <summary>True while packets come: within the last second.</summary>
    public bool IsAlive { get; init; }

    /// <summary>Packets received, retransmissions not among them.</summary>
    public long Packets { get; init; }

    /// <summary>Bytes of their payload.</summary>
    public long Bytes { get; init; }

    /// <summary>Packets that came neither at first nor when they were asked for.</summary>
    public long PacketsLost { get; init; }

    /// <summary>Packets that were asked for again (NACK), each time counted.</summary>
    public long PacketsRequested { get; init; }

    /// <summary>Keyframes that were asked for (PLI or FIR).</summary>
    public long KeyframeRequests { get; init; }

    /// <summary>How long ago the last keyframe came, in microseconds; -1 when none did, or none can be told.</summary>
    public long KeyframeAgeUs { get; init; }

    /// <summary>Interarrival jitter, in microseconds (RFC 3550 §6.4.1).</summary>
    public long JitterUs { get; init; }

    /// <summary>How many read it.</summary>
    public int Readers { get; init; }
}

/// <summary>What is sent under one SSRC.</summary>
public sealed record SubscriptionStatistics
{
    /// <summary>The section.</summary>
    public required string Mid { get; init; }

    /// <summary>Sound or picture.</summary>
    public MediaKind Kind { get; init; }

    /// <summary>Whose track is read; null while none is.</summary>
    public PeerId? Publisher { get; init; }

    /// <summary>The simulcast layer that is sent, from 0 on; -1 while none is.</summary>
    public int Layer { get; init; }

    /// <summary>True while nothing is sent by wish.</summary>
    public bool IsPaused { get; init; }

    /// <summary>True while it waits for a keyframe to begin with, or to change layers.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>Packets sent, retransmissions not among them.</summary>
    public long Packets { get; init; }

    /// <summary>Bytes of their payload.</summary>
    public long Bytes { get; init; }

    /// <summary>Packets that were overwritten before they could be sent.</summary>
    public long PacketsMissed { get; init; }

    /// <summary>Packets that the subscriber reports as lost.</summary>
    public long PacketsLost { get; init; }

    /// <summary>The share of packets that it lost of late, from 0 to 1.</summary>
    public double LossRate { get; init; }

    /// <summary>Packets sent again (NACK).</summary>
    public long PacketsRepeated { get; init; }

    /// <summary>Requests for packets that are not held any more, or were sent again just now.</summary>
    public long RepeatsRefused { get; init; }

    /// <summary>Keyframes that the subscriber asked for (PLI or FIR).</summary>
    public long KeyframesAsked { get; init; }

    /// <summary>The last round trip, in microseconds; 0 while it is not known.</summary>
    public long RoundTripUs { get; init; }

    internal static SubscriptionStatistics Of(Subscription subscription) => new()
    {
        Mid = subscription.Parameters.Mid,
        Kind = subscription.Parameters.Kind,
        Publisher = subscription.Track?.PublisherId,
        Layer = subscription.CurrentLayer,
        IsPaused = subscription.IsPaused,
        IsWaiting = subscription.IsWaiting,
        Packets = subscription.PacketsSent,
        Bytes = subscription.BytesSent,
        PacketsMissed = subscription.PacketsMissed,
        PacketsLost = subscription.PacketsLost,
        LossRate = subscription.LossRate,
        PacketsRepeated = subscription.PacketsRepeated,
        RepeatsRefused = subscription.RepeatsRefused,
        KeyframesAsked = subscription.KeyframesAsked,
        RoundTripUs = subscription.RoundTripUs,
    };
}
