// `lock_room`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Locks or unlocks the room (host, co-host).</summary>
/// <param name="Locked">True while nobody new comes in.</param>
public sealed record LockRoom(bool Locked) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "lock_room";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
