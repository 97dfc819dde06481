// `invitation_sent`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>It rings.</summary>
/// <param name="InvitationId">Which.</param>
/// <param name="Code">The room, when there is one already.</param>
public sealed record InvitationSent(InvitationId InvitationId, MeetingCode? Code = null) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "invitation_sent";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
