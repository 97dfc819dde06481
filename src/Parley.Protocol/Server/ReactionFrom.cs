// `reaction`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Somebody's reaction.</summary>
/// <param name="From">Who.</param>
/// <param name="Emoji">The emoji.</param>
public sealed record ReactionFrom(ParticipantId From, string Emoji) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "reaction";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
