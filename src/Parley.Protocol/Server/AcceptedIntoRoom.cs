// `accepted_into_room`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>The receiver was admitted.</summary>
/// <param name="Room">The room.</param>
/// <param name="Missed">Only as the answer to resume_room of somebody who was admitted while away: their events since, in order.</param>
public sealed record AcceptedIntoRoom(RoomView Room, IReadOnlyList<RawJson>? Missed = null) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "accepted_into_room";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
