// `update_media`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Tells which of one's media are open; what is left out keeps its state.</summary>
/// <param name="Mic">The microphone is open.</param>
/// <param name="Camera">The camera is on.</param>
/// <param name="Screen">A screen is shared.</param>
public sealed record UpdateMedia(bool? Mic = null, bool? Camera = null, bool? Screen = null) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "update_media";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
