// `new_participant`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Somebody came in.</summary>
/// <param name="Participant">Who.</param>
public sealed record NewParticipant(ParticipantView Participant) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "new_participant";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
