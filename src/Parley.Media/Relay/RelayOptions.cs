// How a link behaves; every value has a default that suits production.
namespace Parley.Media.Relay;

/// <summary>Options of a <see cref="RelayLink"/>.</summary>
public sealed record RelayOptions
{
    /// <summary>True when both ends read the same clock, as workers of one process do. Else the far clock is followed by the quickest records.</summary>
    public bool SharesClock { get; init; }

    /// <summary>A relayed track that nobody reads ends after so long. Microseconds; 10 s.</summary>
    public long LingerUs { get; init; } = 10_000_000;

    /// <summary>What the other end wanted is sent for so long after it last said so: it may be gone without a word. Microseconds; 5 s.</summary>
    public long DemandTimeoutUs { get; init; } = 5_000_000;
}
