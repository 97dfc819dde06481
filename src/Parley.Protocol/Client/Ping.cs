// `ping`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Asks for the server's time.</summary>
public sealed record Ping : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "ping";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
