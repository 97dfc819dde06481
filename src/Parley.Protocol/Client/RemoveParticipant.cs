// `remove_participant`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Takes a participant out of the room, for good (host, co-host).</summary>
/// <param name="ParticipantId">Whom.</param>
public sealed record RemoveParticipant(ParticipantId ParticipantId) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "remove_participant";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
