// What an estimator begins with and stays between.
namespace Parley.Media.Bandwidth;

/// <summary>Bounds of an estimate, in bits per second of whole datagrams.</summary>
public sealed record BandwidthOptions
{
    /// <summary>What is assumed before anything is known.</summary>
    public long StartBps { get; init; } = 300_000;

    /// <summary>The least that is ever said: enough for speech.</summary>
    public long MinBps { get; init; } = 40_000;

    /// <summary>The most that is ever said.</summary>
    public long MaxBps { get; init; } = 100_000_000;
}
