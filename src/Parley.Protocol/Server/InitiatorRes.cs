// `initiator_res`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Answers get_initiator.</summary>
/// <param name="Targets">Whom the sender must offer to.</param>
public sealed record InitiatorRes(IReadOnlyList<ParticipantId> Targets) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "initiator_res";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
