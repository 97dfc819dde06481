// A peer of an engine.
namespace Parley.Media.Engine;

/// <summary>A peer's number; an engine never gives one twice.</summary>
public readonly record struct PeerId(long Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
