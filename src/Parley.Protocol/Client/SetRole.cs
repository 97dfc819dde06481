// `set_role`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Gives a role (host); the role host hands the room over.</summary>
/// <param name="ParticipantId">To whom.</param>
/// <param name="Role">The role.</param>
public sealed record SetRole(ParticipantId ParticipantId, ParticipantRole Role) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "set_role";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
