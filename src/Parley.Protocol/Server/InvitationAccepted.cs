// `invitation_accepted`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>The call was taken.</summary>
/// <param name="InvitationId">Which.</param>
/// <param name="Code">The room.</param>
public sealed record InvitationAccepted(InvitationId InvitationId, MeetingCode Code) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "invitation_accepted";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
