// `host_joined_room`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>The sender is in, as host.</summary>
/// <param name="Room">The room.</param>
public sealed record HostJoinedRoom(RoomView Room) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "host_joined_room";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
