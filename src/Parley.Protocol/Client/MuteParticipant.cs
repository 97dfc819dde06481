// `mute_participant`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Asks a participant to close their microphone (host, co-host).</summary>
/// <param name="ParticipantId">Whose.</param>
public sealed record MuteParticipant(ParticipantId ParticipantId) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "mute_participant";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
