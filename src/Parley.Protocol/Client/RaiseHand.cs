// `raise_hand`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Raises or lowers one's hand.</summary>
/// <param name="Raised">True while the hand is up.</param>
public sealed record RaiseHand(bool Raised) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "raise_hand";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
