// `participant_left`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Somebody is gone.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="Reason">left, timeout or removed.</param>
public sealed record ParticipantLeft(ParticipantId ParticipantId, string Reason) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "participant_left";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
