// `decline_participant`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Turns away one who waits, or all (host, co-host).</summary>
/// <param name="ParticipantId">Who is turned away.</param>
/// <param name="Reason">Shown to them.</param>
public sealed record DeclineParticipant(AdmissionTarget ParticipantId, string? Reason = null) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "decline_participant";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;

    /// <inheritdoc/>
    public override MessageFault? Validate() => FieldRules.Length("reason", Reason, 0, MessageLimits.ReasonLength);
}
