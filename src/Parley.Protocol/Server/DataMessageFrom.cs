// `data_message`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Somebody's data.</summary>
/// <param name="From">Who.</param>
/// <param name="Payload">What.</param>
/// <param name="To">The one receiver.</param>
public sealed record DataMessageFrom(ParticipantId From, RawJson Payload, ParticipantId? To = null) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "data_message";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
