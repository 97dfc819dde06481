// `invitation_declined`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>The call was refused.</summary>
/// <param name="InvitationId">Which.</param>
public sealed record InvitationDeclined(InvitationId InvitationId) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "invitation_declined";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
