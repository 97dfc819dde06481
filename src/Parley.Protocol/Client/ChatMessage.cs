// `chat_message`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Writes to the room, or to one participant; stored before it is answered.</summary>
/// <param name="Text">1 to 4000 characters.</param>
/// <param name="ClientId">The client's own id of this message, which makes a repeat the same message.</param>
/// <param name="To">The one reader of a private message.</param>
public sealed record ChatMessage(string Text, string ClientId, ParticipantId? To = null) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "chat_message";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;

    /// <inheritdoc/>
    public override MessageFault? Validate() =>
        FieldRules.First(FieldRules.Text("text", Text, MessageLimits.ChatLength), FieldRules.Length("client_id", ClientId, 1, MessageLimits.ClientIdLength));
}
