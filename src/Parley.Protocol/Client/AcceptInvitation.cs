// `accept_invitation`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Takes a call.</summary>
/// <param name="InvitationId">Which.</param>
public sealed record AcceptInvitation(InvitationId InvitationId) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "accept_invitation";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
