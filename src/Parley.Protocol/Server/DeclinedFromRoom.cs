// `declined_from_room`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>The receiver was turned away.</summary>
/// <param name="Reason">The host's words.</param>
public sealed record DeclinedFromRoom([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Reason) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "declined_from_room";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
