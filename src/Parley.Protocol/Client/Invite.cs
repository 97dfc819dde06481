// `invite`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Rings a user (accounts, not guests). Idempotent by client_id.</summary>
/// <param name="UserId">Whom.</param>
/// <param name="Kind">The kind of the room that is made on acceptance; video by default.</param>
/// <param name="ClientId">The client's own id of this ring, which makes a repeat the same ring.</param>
public sealed record Invite(UserId UserId, MeetingKind? Kind = null, string? ClientId = null) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "invite";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;

    /// <inheritdoc/>
    public override MessageFault? Validate() => FieldRules.Length("client_id", ClientId, 1, MessageLimits.ClientIdLength);
}
