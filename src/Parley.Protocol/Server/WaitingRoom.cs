// `waiting_room`: docs/protocol.md §2.
using System.Text.Json.Serialization;

namespace Parley.Protocol;

/// <summary>The sender waits; sent again when the position changes.</summary>
/// <param name="Code">The meeting's code.</param>
/// <param name="Title">The meeting's title.</param>
/// <param name="Position">From 1.</param>
/// <param name="Me">One's own participant id.</param>
/// <param name="ResumeToken">What resume_room needs.</param>
public sealed record WaitingRoom(
    MeetingCode Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Title,
    int Position,
    ParticipantId Me,
    string ResumeToken) : ServerMessage
{
    /// <summary>The discriminator of this message.</summary>
    public const string TypeName = "waiting_room";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public override string Type => TypeName;
}
