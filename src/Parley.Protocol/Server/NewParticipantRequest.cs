// `new_participant_request`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Somebody waits (host, co-host).</summary>
/// <param name="Participant">Who.</param>
public sealed record NewParticipantRequest(ParticipantView Participant) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "new_participant_request";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
