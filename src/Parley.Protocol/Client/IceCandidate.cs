// `ice_candidate`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>A trickled candidate for one peer; null ends the candidates.</summary>
/// <param name="To">The peer, or the media server.</param>
/// <param name="Candidate">RTCIceCandidateInit, or null at the end.</param>
public sealed record IceCandidate(
    ParticipantId To,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] RawJson Candidate = default) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "ice_candidate";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;

    /// <inheritdoc/>
    public override MessageFault? Validate() => FieldRules.Size("candidate", Candidate, MessageLimits.CandidateBytes);
}
