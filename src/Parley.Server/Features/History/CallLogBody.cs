// A call in one's own history, as it is answered.
using System.Text.Json.Serialization;
using Parley.Data;
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Server.Features.History;

/// <summary>A history entry.</summary>
/// <param name="Id">The entry.</param>
/// <param name="MeetingCode">The meeting's code; null when none was made.</param>
/// <param name="MeetingTitle">Its title; null for none.</param>
/// <param name="StartedAt">When one first came in, began to wait, or was rung.</param>
/// <param name="EndedAt">When one last left.</param>
/// <param name="DurationSeconds">The time one was in.</param>
/// <param name="ParticipantCount">Different people who were in the room while it lasted.</param>
/// <param name="Role">The role one last had.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Caller">Who rang, for a call that was not taken; absent for others.</param>
/// <param name="Attendees">Who was there; in the answer for one entry.</param>
public sealed record CallLogBody(
    Guid Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] MeetingCode? MeetingCode,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? MeetingTitle,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    long DurationSeconds,
    int ParticipantCount,
    ParticipantRole Role,
    CallOutcome Outcome,
    PersonView? Caller = null,
    IReadOnlyList<AttendeeBody>? Attendees = null)
{
    internal static CallLogBody From(CallLogEntry entry) => new(
        entry.Id.Value,
        entry.MeetingCode,
        entry.MeetingTitle,
        entry.StartedAt,
        entry.EndedAt,
        entry.DurationSeconds,
        entry.ParticipantCount,
        entry.Role,
        entry.Outcome,
        entry.Caller is { } caller ? new PersonView(caller, entry.CallerName ?? string.Empty) : null);
}

/// <summary>Somebody who was in a call.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Name">The name they had.</param>
/// <param name="JoinedAt">When they first came in.</param>
/// <param name="LeftAt">When they last left; null while they are in.</param>
public sealed record AttendeeBody(
    UserId UserId,
    string Name,
    DateTimeOffset JoinedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? LeftAt);
