// `error`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>The message was refused.</summary>
/// <param name="Code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="Message">A sentence for the client's developer.</param>
/// <param name="RetryAfter">Seconds to wait before another try, where that helps.</param>
public sealed record Error(string Code, string Message, int? RetryAfter = null) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "error";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
