// What one subscription would like to have, and what there is of it.
namespace Parley.Media.Bandwidth;

/// <summary>Who is served before whom.</summary>
public enum LayerPriority : byte
{
    /// <summary>One among many.</summary>
    Normal,

    /// <summary>Who speaks.</summary>
    Speaker,

    /// <summary>What the subscriber has chosen to see large, or a shared screen.</summary>
    Pinned,
}

/// <summary>A choice of layers.</summary>
/// <param name="Spatial">The highest spatial or simulcast layer; -1 for nothing at all.</param>
/// <param name="Temporal">The highest temporal layer; -1 for nothing at all.</param>
public readonly record struct LayerChoice(int Spatial, int Temporal) : IComparable<LayerChoice>
{
    /// <summary>Nothing is sent.</summary>
    public static readonly LayerChoice None = new(-1, -1);

    /// <summary>Whatever there is.</summary>
    public static readonly LayerChoice All = new(LayerDemand.MaxSpatial - 1, LayerDemand.MaxTemporal - 1);

    /// <summary>By size first.</summary>
    public int CompareTo(LayerChoice other) => Spatial != other.Spatial ? Spatial.CompareTo(other.Spatial) : Temporal.CompareTo(other.Temporal);

    /// <summary>Whether one is lower than the other.</summary>
    public static bool operator <(LayerChoice left, LayerChoice right) => left.CompareTo(right) < 0;

    /// <summary>Whether one is higher than the other.</summary>
    public static bool operator >(LayerChoice left, LayerChoice right) => left.CompareTo(right) > 0;

    /// <summary>Whether one is not higher than the other.</summary>
    public static bool operator <=(LayerChoice left, LayerChoice right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one is not lower than the other.</summary>
    public static bool operator >=(LayerChoice left, LayerChoice right) => left.CompareTo(right) >= 0;
}

/// <summary>One subscription in an allocation: the caller sets what is wanted and measured, <see cref="LayerAllocator"/> the rest.</summary>
public sealed class LayerDemand
{
    /// <summary>The most spatial or simulcast layers.</summary>
    public const int MaxSpatial = 4;

    /// <summary>The most temporal layers.</summary>
    public const int MaxTemporal = 4;

    private readonly int[] _rates = new int[MaxSpatial * MaxTemporal];

    /// <summary>Audio is served first, and always.</summary>
    public bool IsAudio { get; set; }

    /// <summary>Whether it is wanted at all; false for what is muted, hidden or paused.</summary>
    public bool IsWanted { get; set; } = true;

    /// <summary>Who is served before whom.</summary>
    public LayerPriority Priority { get; set; }

    /// <summary>The highest layer that is of use at the size at which it is shown.</summary>
    public LayerChoice Limit { get; set; } = LayerChoice.All;

    /// <summary>What was chosen; <see cref="LayerChoice.None"/> before the first allocation.</summary>
    public LayerChoice Choice { get; internal set; } = LayerChoice.None;

    /// <summary>Since when more than the choice has fitted with room to spare; <see cref="long.MaxValue"/> while it does not.</summary>
    internal long FitsSinceUs { get; set; } = long.MaxValue;

    /// <summary>When the choice last had to go down for want of room.</summary>
    internal long LoweredUs { get; set; } = long.MinValue / 2;

    /// <summary>The limit up to which it had everything last time; <see cref="LayerChoice.None"/> when it wanted more than there was room for.</summary>
    internal LayerChoice SuppliedTo { get; set; } = LayerChoice.None;

    /// <summary>What a working step came to.</summary>
    internal LayerChoice Step { get; set; } = LayerChoice.None;

    /// <summary>The rate of a layer with all below it that it needs, in bits per second; 0 when there is no such layer now. Audio has one, at 0 and 0.</summary>
    public int RateOf(int spatial, int temporal) => _rates[spatial * MaxTemporal + temporal];

    /// <summary>Sets what was measured.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such layers.</exception>
    public void SetRate(int spatial, int temporal, int bps)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)spatial, (uint)MaxSpatial, nameof(spatial));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)temporal, (uint)MaxTemporal, nameof(temporal));
        _rates[spatial * MaxTemporal + temporal] = Math.Max(bps, 0);
    }
}
