// `accepted_into_room`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>The receiver was admitted.</summary>
/// <param name="Room">The room.</param>
public sealed record AcceptedIntoRoom(RoomView Room) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "accepted_into_room";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
