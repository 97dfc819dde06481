// `reaction`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Shows an emoji to the room for a moment.</summary>
/// <param name="Emoji">One emoji.</param>
public sealed record Reaction(string Emoji) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "reaction";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;

    /// <inheritdoc/>
    public override MessageFault? Validate() => FieldRules.Text("emoji", Emoji, MessageLimits.EmojiLength);
}
