// `chat_message`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>A stored chat message: the answer to its sender, the event to its readers.</summary>
/// <param name="MessageId">The stored message.</param>
/// <param name="From">Who wrote.</param>
/// <param name="Text">What.</param>
/// <param name="ClientId">The sender's own id of it.</param>
/// <param name="SentAt">When it was stored.</param>
/// <param name="To">The one reader of a private message.</param>
public sealed record ChatMessageFrom(
    MessageId MessageId,
    ParticipantId From,
    string Text,
    string ClientId,
    DateTimeOffset SentAt,
    ParticipantId? To = null) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "chat_message";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
