// `invitation_missed`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Nobody answered.</summary>
/// <param name="InvitationId">Which.</param>
public sealed record InvitationMissed(InvitationId InvitationId) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "invitation_missed";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
