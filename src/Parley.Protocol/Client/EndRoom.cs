// `end_room`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Ends the meeting for everybody (host).</summary>
public sealed record EndRoom : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "end_room";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
