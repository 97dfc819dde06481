// `room_created`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>A room was made for an accepted call; the receiver is in it as host.</summary>
/// <param name="Room">The room.</param>
public sealed record RoomCreated(RoomView Room) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "room_created";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
