// `leave_room`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Leaves the room or the waiting room for good.</summary>
public sealed record LeaveRoom : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "leave_room";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
