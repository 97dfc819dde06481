// `media_request`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>A host asks the receiver to close something; the client obeys and says so by update_media.</summary>
/// <param name="Mic">False: close the microphone.</param>
/// <param name="Camera">False: turn the camera off.</param>
/// <param name="From">Who asks.</param>
public sealed record MediaRequest(bool? Mic = null, bool? Camera = null, ParticipantId? From = null) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "media_request";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
