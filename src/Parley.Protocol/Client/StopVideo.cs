// `stop_video`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Asks a participant to turn their camera off (host, co-host).</summary>
/// <param name="ParticipantId">Whose.</param>
public sealed record StopVideo(ParticipantId ParticipantId) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "stop_video";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
