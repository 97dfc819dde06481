// One durable step of a room: everything in it is stored in one transaction or not at all.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>What a room stores at once.</summary>
/// <param name="Meeting">Whose room.</param>
/// <param name="Version">Rises by one per commit of a room; a store ignores a snapshot older than what it holds (epoch, then version).</param>
/// <param name="Snapshot">The whole state; replaces the one before. Deleted instead when <paramref name="Status"/> is ended.</param>
/// <param name="Status">The meeting's own row.</param>
/// <param name="Chat">New messages, each stored once by (meeting, author, client_id).</param>
/// <param name="Stays">Attendance rows to insert or replace, by id.</param>
/// <param name="CallLogs">History rows to insert or replace, by (meeting, user).</param>
public sealed record RoomCommit(
    MeetingId Meeting,
    long Version,
    RoomSnapshot Snapshot,
    MeetingStatus Status,
    IReadOnlyList<ChatRecord> Chat,
    IReadOnlyList<StayRecord> Stays,
    IReadOnlyList<CallLogRecord> CallLogs);

/// <summary>A meeting's place in its life, as its row shows it.</summary>
/// <param name="State">Where it is.</param>
/// <param name="StartedAt">When somebody first came in.</param>
/// <param name="EndedAt">When it ended.</param>
public sealed record MeetingStatus(MeetingState State, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt);

/// <summary>A chat message.</summary>
/// <param name="Id">The message.</param>
/// <param name="Meeting">Where it was written.</param>
/// <param name="Seq">Its event number in the room.</param>
/// <param name="From">The author's presence.</param>
/// <param name="FromUser">The author.</param>
/// <param name="FromName">The name they had.</param>
/// <param name="Text">The text.</param>
/// <param name="ClientId">The author's own id of it.</param>
/// <param name="SentAt">When it was accepted.</param>
/// <param name="To">The reader's presence when private.</param>
/// <param name="ToUser">The reader when private.</param>
/// <param name="ToName">The reader's name when private.</param>
public sealed record ChatRecord(
    MessageId Id,
    MeetingId Meeting,
    long Seq,
    ParticipantId From,
    UserId FromUser,
    string FromName,
    string Text,
    string ClientId,
    DateTimeOffset SentAt,
    ParticipantId? To,
    UserId? ToUser,
    string? ToName);

/// <summary>One stay of one participant: a row of the attendance list.</summary>
/// <param name="Id">The participant's id: a presence is one stay.</param>
/// <param name="Meeting">Where.</param>
/// <param name="User">Who.</param>
/// <param name="Name">The name they had.</param>
/// <param name="Role">The role they have or left with.</param>
/// <param name="JoinedAt">When they came in.</param>
/// <param name="LeftAt">When they left; null while they are in.</param>
public sealed record StayRecord(
    ParticipantId Id,
    MeetingId Meeting,
    UserId User,
    string Name,
    ParticipantRole Role,
    DateTimeOffset JoinedAt,
    DateTimeOffset? LeftAt);

/// <summary>How a call ended for one user.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(SnakeCaseEnumConverter<CallOutcome>))]
public enum CallOutcome
{
    /// <summary>They were in.</summary>
    Completed,

    /// <summary>They were rung and did not answer.</summary>
    Missed,

    /// <summary>They declined, or were declined.</summary>
    Declined,

    /// <summary>They waited and were never admitted.</summary>
    Waiting,
}

/// <summary>A row of a user's history. The store fills in the count of different people who were in the room during it.</summary>
/// <param name="Meeting">Which meeting.</param>
/// <param name="MeetingCode">Kept when the meeting is deleted.</param>
/// <param name="MeetingTitle">Kept when the meeting is deleted.</param>
/// <param name="User">Whose history.</param>
/// <param name="Role">The role they last had.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="StartedAt">When they first came in, or began to wait.</param>
/// <param name="EndedAt">When they last left, or stopped waiting.</param>
/// <param name="DurationSeconds">The time they were in.</param>
public sealed record CallLogRecord(
    MeetingId Meeting,
    MeetingCode MeetingCode,
    string? MeetingTitle,
    UserId User,
    ParticipantRole Role,
    CallOutcome Outcome,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    long DurationSeconds);

/// <summary>What the store says of a commit.</summary>
/// <param name="ChatDuplicates">Messages whose (author, client_id) was stored before: the id that was offered, and the row that stands.</param>
public sealed record RoomCommitResult(IReadOnlyList<ChatDuplicate> ChatDuplicates)
{
    /// <summary>Everything was new.</summary>
    public static RoomCommitResult AllNew { get; } = new([]);
}

/// <summary>A message that was stored before.</summary>
/// <param name="Offered">The id that was not used.</param>
/// <param name="Stored">The row that stands.</param>
public sealed record ChatDuplicate(MessageId Offered, ChatRecord Stored);
