// `room_updated`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Something about the room changed.</summary>
/// <param name="Room">As it is now.</param>
public sealed record RoomUpdated(RoomSummary Room) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "room_updated";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
