// `participant_updated`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Something about a participant changed.</summary>
/// <param name="Participant">As they are now.</param>
public sealed record ParticipantUpdated(ParticipantView Participant) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "participant_updated";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
