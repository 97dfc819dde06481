// `removed_from_room`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>The receiver was removed.</summary>
/// <param name="Reason">Why, when it was said.</param>
public sealed record RemovedFromRoom(string? Reason = null) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "removed_from_room";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
