// A row of a user's history as it is read.
using Dapper;
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data;

/// <summary>A history entry.</summary>
/// <param name="Value">A UUIDv7.</param>
public readonly record struct CallLogId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");

    /// <summary>Reads a UUID; anything else is the empty id, which no entry has.</summary>
    public static CallLogId Parse(string? text) => Guid.TryParseExact(text, "D", out var value) ? new CallLogId(value) : default;
}

/// <summary>One call in a user's history.</summary>
/// <param name="Id">The entry.</param>
/// <param name="User">Whose history.</param>
/// <param name="Meeting">Which meeting; null when none was made. It may be deleted.</param>
/// <param name="MeetingCode">Its code; null when none was made.</param>
/// <param name="MeetingTitle">Its title; null for none.</param>
/// <param name="Role">The role the user last had.</param>
/// <param name="Outcome">How it ended for them.</param>
/// <param name="StartedAt">When they first came in, began to wait, or were rung.</param>
/// <param name="EndedAt">When they last left, stopped waiting, or it stopped ringing.</param>
/// <param name="DurationSeconds">The time they were in.</param>
/// <param name="ParticipantCount">Different people who were in the room while it lasted.</param>
/// <param name="Caller">Who rang, for a call that was not taken.</param>
/// <param name="CallerName">The name they had.</param>
[method: ExplicitConstructor]
public sealed record CallLogEntry(
    CallLogId Id,
    UserId User,
    MeetingId? Meeting,
    MeetingCode? MeetingCode,
    string? MeetingTitle,
    ParticipantRole Role,
    CallOutcome Outcome,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    long DurationSeconds,
    int ParticipantCount,
    UserId? Caller,
    string? CallerName)
{
    internal const string Columns =
        "id, user_id AS \"user\", meeting_id AS meeting, meeting_code, meeting_title, role, outcome, started_at, ended_at, duration_seconds, participant_count, "
        + "caller_id AS caller, caller_name";
}

/// <summary>A history entry with the people of the call.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Attendees">Who was in while it lasted, each once, in the order they came; empty when the meeting was deleted.</param>
public sealed record CallLogDetails(CallLogEntry Entry, IReadOnlyList<CallAttendee> Attendees);

/// <summary>Somebody who was in a call.</summary>
/// <param name="User">Who.</param>
/// <param name="Name">The name they had.</param>
/// <param name="JoinedAt">When they first came in.</param>
/// <param name="LeftAt">When they last left; null while they are in.</param>
[method: ExplicitConstructor]
public sealed record CallAttendee(UserId User, string Name, DateTimeOffset JoinedAt, DateTimeOffset? LeftAt);
