// `data_message`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Any JSON for the room or for one participant; not stored.</summary>
/// <param name="Payload">At most 16 KiB.</param>
/// <param name="To">The one receiver.</param>
public sealed record DataMessage(RawJson Payload, ParticipantId? To = null) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "data_message";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;

    /// <inheritdoc/>
    public override MessageFault? Validate() => FieldRules.Size("payload", Payload, MessageLimits.PayloadBytes);
}
