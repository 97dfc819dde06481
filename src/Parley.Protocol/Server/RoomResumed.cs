// `room_resumed`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>The sender is back.</summary>
/// <param name="Room">A fresh snapshot.</param>
/// <param name="Missed">The receiver's events after last_seq, in order.</param>
/// <param name="Complete">False when some events were too old to replay.</param>
public sealed record RoomResumed(RoomView Room, IReadOnlyList<RawJson> Missed, bool Complete = true) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "room_resumed";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
