// `incoming_invitation`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Somebody rings.</summary>
/// <param name="InvitationId">Which.</param>
/// <param name="From">Who.</param>
/// <param name="Kind">What kind of room.</param>
/// <param name="ExpiresAt">When it stops by itself.</param>
/// <param name="Code">The room, when there is one already.</param>
public sealed record IncomingInvitation(
    InvitationId InvitationId,
    PersonView From,
    MeetingKind Kind,
    DateTimeOffset ExpiresAt,
    MeetingCode? Code = null) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "incoming_invitation";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
