// `invitation_cancelled`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>The ringing was stopped.</summary>
/// <param name="InvitationId">Which.</param>
public sealed record InvitationCancelled(InvitationId InvitationId) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "invitation_cancelled";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
