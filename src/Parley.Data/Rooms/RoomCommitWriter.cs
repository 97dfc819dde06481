// One room commit inside its transaction.
using Dapper;
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data;

/// <summary>Writes the parts of a commit. What it writes twice stays as it was written once.</summary>
internal sealed class RoomCommitWriter(SqlSession session, RoomCommit commit, string snapshot)
{
    public async Task<RoomCommitResult> WriteAsync()
    {
        // PostgreSQL locks the row here, so that commits and deletion of one meeting follow each other; SQLite has one writer anyway.
        var meeting = await session.FirstOrDefaultAsync<MeetingRow>(
            "SELECT state, started_at, ended_at FROM meetings WHERE id = @Meeting" + (session.Kind == DatabaseKind.Postgres ? " FOR UPDATE" : string.Empty),
            new { commit.Meeting });
        if (meeting is null)
        {
            // The meeting was deleted: its chat and attendance went with it, the history of those who were in does not.
            await WriteCallLogsAsync(replace: true);
            return RoomCommitResult.AllNew;
        }

        var current = await IsCurrentAsync(meeting.State);
        var duplicates = await WriteChatAsync();
        await WriteStaysAsync(current);
        await WriteCallLogsAsync(current);
        if (current)
            await WriteStateAsync(meeting);
        return duplicates.Count == 0 ? RoomCommitResult.AllNew : new RoomCommitResult(duplicates);
    }

    /// <summary>False for a commit that something newer has overtaken; of that only what is not stored yet is added.</summary>
    private async Task<bool> IsCurrentAsync(MeetingState state)
    {
        if (state == MeetingState.Ended)
            return commit.Status.State == MeetingState.Ended;
        var held = await session.FirstOrDefaultAsync<HeldRow>(
            "SELECT epoch, version FROM room_snapshots WHERE meeting_id = @Meeting", new { commit.Meeting });
        return held is null || (commit.Snapshot.Epoch, commit.Version).CompareTo((held.Epoch, held.Version)) >= 0;
    }

    private async Task<List<ChatDuplicate>> WriteChatAsync()
    {
        var duplicates = new List<ChatDuplicate>();
        foreach (var message in commit.Chat)
        {
            var row = message with
            {
                FromName = SqlText.Storable(message.FromName),
                Text = SqlText.Storable(message.Text),
                ClientId = SqlText.Storable(message.ClientId),
                ToName = SqlText.StorableOrNull(message.ToName),
            };
            var inserted = await session.ExecuteAsync(
                """
                INSERT INTO chat_messages
                  (id, meeting_id, seq, from_participant, from_user, from_name, text, client_id, sent_at, to_participant, to_user, to_name)
                VALUES (@Id, @Meeting, @Seq, @From, @FromUser, @FromName, @Text, @ClientId, @SentAt, @To, @ToUser, @ToName)
                ON CONFLICT (meeting_id, from_user, client_id) DO NOTHING
                """,
                row);
            if (inserted > 0)
                continue;
            var stored = await session.FirstOrDefaultAsync<ChatRecord>(
                $"SELECT {ChatStore.Columns} FROM chat_messages WHERE meeting_id = @Meeting AND from_user = @FromUser AND client_id = @ClientId",
                row);

            // The same id means that this very commit was stored before and its answer was lost.
            if (stored is not null && stored.Id != message.Id)
                duplicates.Add(new ChatDuplicate(message.Id, stored));
        }

        return duplicates;
    }

    private async Task WriteStaysAsync(bool replace)
    {
        if (commit.Stays.Count == 0)
            return;
        await session.ExecuteAsync(
            "INSERT INTO stays (id, meeting_id, user_id, name, role, joined_at, left_at) VALUES (@Id, @Meeting, @User, @Name, @Role, @JoinedAt, @LeftAt) "
            + (replace
                ? "ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, joined_at = excluded.joined_at, left_at = excluded.left_at"
                : "ON CONFLICT (id) DO NOTHING"),
            commit.Stays.Select(static stay => new
            {
                stay.Id,
                stay.Meeting,
                stay.User,
                Name = SqlText.Storable(stay.Name),
                Role = SqlText.Name(stay.Role),
                stay.JoinedAt,
                stay.LeftAt,
            }));
    }

    private async Task WriteCallLogsAsync(bool replace)
    {
        foreach (var log in commit.CallLogs)
        {
            var row = new
            {
                Id = new CallLogId(Guid.CreateVersion7(log.StartedAt)),
                log.User,
                log.Meeting,
                log.MeetingCode,
                MeetingTitle = SqlText.StorableOrNull(log.MeetingTitle),
                Role = SqlText.Name(log.Role),
                Outcome = SqlText.Name(log.Outcome),
                log.StartedAt,
                log.EndedAt,
                log.DurationSeconds,

                // Counts alone when the meeting and its attendance are gone already.
                Known = commit.Stays.Where(stay => Overlaps(stay, log)).Select(static stay => stay.User).Distinct().Count(),
            };

            // Somebody whose account was deleted meanwhile has no history any more.
            await session.ExecuteAsync(
                """
                INSERT INTO call_logs
                  (id, user_id, meeting_id, meeting_code, meeting_title, role, outcome, started_at, ended_at, duration_seconds, participant_count)
                SELECT @Id, u.id, @Meeting, @MeetingCode, @MeetingTitle, @Role, @Outcome, @StartedAt, @EndedAt, @DurationSeconds, @Known
                FROM users u WHERE u.id = @User
                """
                + (replace
                    ? """

                      ON CONFLICT (user_id, meeting_id) WHERE invitation_id IS NULL DO UPDATE SET
                        meeting_code = excluded.meeting_code, meeting_title = excluded.meeting_title, role = excluded.role, outcome = excluded.outcome,
                        started_at = excluded.started_at, ended_at = excluded.ended_at, duration_seconds = excluded.duration_seconds,
                        participant_count = CASE
                          WHEN call_logs.participant_count > excluded.participant_count THEN call_logs.participant_count
                          ELSE excluded.participant_count END
                      """
                    : " ON CONFLICT (user_id, meeting_id) WHERE invitation_id IS NULL DO NOTHING"),
                row);
            await session.ExecuteAsync(
                """
                UPDATE call_logs SET participant_count = (
                  SELECT COUNT(DISTINCT s.user_id) FROM stays s
                  WHERE s.meeting_id = call_logs.meeting_id AND s.joined_at <= call_logs.ended_at
                    AND (s.left_at IS NULL OR s.left_at >= call_logs.started_at))
                WHERE user_id = @User AND meeting_id = @Meeting AND invitation_id IS NULL
                  AND EXISTS (SELECT 1 FROM meetings m WHERE m.id = @Meeting)
                """,
                row);
        }
    }

    private async Task WriteStateAsync(MeetingRow meeting)
    {
        // Most commits change the room alone.
        var row = new MeetingRow(commit.Status.State, Stored(commit.Status.StartedAt), Stored(commit.Status.EndedAt));
        if (row != meeting)
        {
            await session.ExecuteAsync(
                "UPDATE meetings SET state = @State, started_at = @StartedAt, ended_at = @EndedAt WHERE id = @Meeting",
                new { State = SqlText.Name(row.State), row.StartedAt, row.EndedAt, commit.Meeting });
        }

        if (commit.Status.State == MeetingState.Ended)
        {
            await session.ExecuteAsync("DELETE FROM room_snapshots WHERE meeting_id = @Meeting", new { commit.Meeting });
            return;
        }

        await session.ExecuteAsync(
            """
            INSERT INTO room_snapshots (meeting_id, epoch, version, snapshot) VALUES (@Meeting, @Epoch, @Version, @snapshot)
            ON CONFLICT (meeting_id) DO UPDATE SET epoch = excluded.epoch, version = excluded.version, snapshot = excluded.snapshot
            """,
            new { commit.Meeting, commit.Snapshot.Epoch, commit.Version, snapshot });
    }

    private static bool Overlaps(StayRecord stay, CallLogRecord log) =>
        stay.JoinedAt <= log.EndedAt && (stay.LeftAt is null || stay.LeftAt >= log.StartedAt);

    /// <summary>As it is read back: to the millisecond.</summary>
    private static DateTimeOffset? Stored(DateTimeOffset? time) =>
        time is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value.ToUnixTimeMilliseconds()) : null;

    [method: ExplicitConstructor]
    private sealed record MeetingRow(MeetingState State, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt);

    [method: ExplicitConstructor]
    private sealed record HeldRow(int Epoch, long Version);
}
