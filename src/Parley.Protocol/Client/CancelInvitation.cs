// `cancel_invitation`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Stops ringing.</summary>
/// <param name="InvitationId">Which.</param>
public sealed record CancelInvitation(InvitationId InvitationId) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "cancel_invitation";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
