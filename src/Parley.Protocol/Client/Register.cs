// `register`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Shows who is connected; the first message, and again with a fresh token of the same user.</summary>
/// <param name="Token">An access token, or another program's join token.</param>
public sealed record Register(string Token) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "register";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;

    /// <inheritdoc/>
    public override MessageFault? Validate() => FieldRules.Length("token", Token, 1, MessageLimits.TokenLength);
}
