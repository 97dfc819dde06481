// `room_ended`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>The meeting is over.</summary>
/// <param name="Reason">host_ended, empty or deleted.</param>
public sealed record RoomEnded(string Reason) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "room_ended";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
