// `get_initiator`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Asks whom this participant must send an offer to.</summary>
public sealed record GetInitiator : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "get_initiator";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
