// How an engine behaves; every value has a default that suits production.
namespace Parley.Media.Engine;

/// <summary>Options of an engine.</summary>
public sealed record MediaEngineOptions
{
    /// <summary>A peer that has chosen no path so long after it was added ends, whatever else is heard of it. Microseconds; 30 s.</summary>
    public long ConnectTimeoutUs { get; init; } = 30_000_000;

    /// <summary>A connected peer that is silent for so long ends (RFC 7675 §5.1). Microseconds; 30 s.</summary>
    public long ConsentTimeoutUs { get; init; } = 30_000_000;
}
