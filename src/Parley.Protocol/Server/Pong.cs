// `pong`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Answers ping.</summary>
/// <param name="ServerTime">The server's clock.</param>
public sealed record Pong(DateTimeOffset ServerTime) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "pong";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
