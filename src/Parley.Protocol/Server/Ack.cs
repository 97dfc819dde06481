// `ack`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>The message was carried out.</summary>
public sealed record Ack : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "ack";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
