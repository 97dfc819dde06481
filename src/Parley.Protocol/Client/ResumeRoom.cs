// `resume_room`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>Takes up a presence again after the socket was lost.</summary>
/// <param name="Code">The meeting's code.</param>
/// <param name="ResumeToken">The newest token received.</param>
/// <param name="LastSeq">The highest seq that was received.</param>
public sealed record ResumeRoom(MeetingCode Code, string ResumeToken, long LastSeq) : ClientMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "resume_room";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;

    /// <inheritdoc/>
    public override MessageFault? Validate() => FieldRules.Length("resume_token", ResumeToken, 1, MessageLimits.TokenLength);
}
