// `ice_candidate`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>A peer's candidate; null ends them.</summary>
/// <param name="From">The peer.</param>
/// <param name="To">The receiver.</param>
/// <param name="Candidate">RTCIceCandidateInit or null.</param>
public sealed record IceCandidateFrom(
    ParticipantId From,
    ParticipantId To,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] RawJson Candidate) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "ice_candidate";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
