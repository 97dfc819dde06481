// `answer`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>A peer's answer.</summary>
/// <param name="From">The peer.</param>
/// <param name="To">The receiver.</param>
/// <param name="Sdp">The session description.</param>
/// <param name="Tracks">What each mid carries.</param>
public sealed record AnswerFrom(
    ParticipantId From,
    ParticipantId To,
    string Sdp,
    IReadOnlyDictionary<string, TrackSource>? Tracks = null) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "answer";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
