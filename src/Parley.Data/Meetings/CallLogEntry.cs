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
    int ParticipantCount)
{
    internal const string Columns =
        "id, user_id AS \"user\", meeting_id AS meeting, meeting_code, meeting_title, role, outcome, started_at, ended_at, duration_seconds, participant_count";
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

/// <summary>A call that rang without being answered by coming in.</summary>
/// <param name="Invitation">The invitation; an entry is written once for it.</param>
/// <param name="Invited">Whose history it goes into.</param>
/// <param name="InviterName">Who rang; stands as the title when no room was made.</param>
/// <param name="Meeting">The room they were rung into; null when none was made.</param>
/// <param name="Outcome">Missed or declined.</param>
/// <param name="RangAt">When it began to ring.</param>
/// <param name="EndedAt">When it stopped.</param>
public sealed record UnansweredCall(
    InvitationId Invitation,
    UserId Invited,
    string InviterName,
    MeetingId? Meeting,
    CallOutcome Outcome,
    DateTimeOffset RangAt,
    DateTimeOffset EndedAt);
