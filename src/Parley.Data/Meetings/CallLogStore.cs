// A user's history of calls. Entries of those who came or waited are written by room commits, those of unanswered calls here.
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data;

/// <summary>Stores history.</summary>
public sealed class CallLogStore(Database database)
{
    /// <summary>A user's own history, newest first.</summary>
    public async Task<Page<CallLogEntry>> ListOwnAsync(UserId user, PageRequest page, CancellationToken cancellation = default)
    {
        var rows = await database.ReadAsync(
            session => session.QueryAsync<CallLogEntry>(
                $"""
                SELECT {CallLogEntry.Columns} FROM call_logs
                WHERE user_id = @user AND (started_at, id) < (@key, @id)
                ORDER BY started_at DESC, id DESC LIMIT @take
                """,
                new { user, key = page.KeyBelow, id = page.Id, take = page.Take }),
            cancellation);
        return Paging.Cut(rows, page, static entry => new Cursor(entry.StartedAt.ToUnixTimeMilliseconds(), entry.Id.Value));
    }

    /// <summary>One entry with its attendees; null when it is not this user's.</summary>
    public Task<CallLogDetails?> FindOwnAsync(UserId user, CallLogId id, CancellationToken cancellation = default) =>
        database.ReadAsync(
            async session =>
            {
                var entry = await session.FirstOrDefaultAsync<CallLogEntry>(
                    $"SELECT {CallLogEntry.Columns} FROM call_logs WHERE id = @id AND user_id = @user", new { id, user });
                if (entry is null)
                    return null;

                // The names are those of each person's last stay; somebody still in has no left_at, which MAX would pass over.
                var attendees = await session.QueryAsync<CallAttendee>(
                    """
                    SELECT s.user_id AS "user",
                           (SELECT n.name FROM stays n WHERE n.meeting_id = @Meeting AND n.user_id = s.user_id ORDER BY n.joined_at DESC, n.id DESC LIMIT 1) AS name,
                           MIN(s.joined_at) AS joined_at,
                           CASE WHEN COUNT(*) = COUNT(s.left_at) THEN MAX(s.left_at) END AS left_at
                    FROM stays s
                    WHERE s.meeting_id = @Meeting AND s.joined_at <= @EndedAt AND (s.left_at IS NULL OR s.left_at >= @StartedAt)
                    GROUP BY s.user_id
                    ORDER BY MIN(s.joined_at), s.user_id
                    """,
                    new { Meeting = entry.Meeting ?? default, entry.StartedAt, entry.EndedAt });
                return new CallLogDetails(entry, entry.Outcome == CallOutcome.Completed ? attendees : []);
            },
            cancellation);

    /// <summary>Writes a missed or declined call into the invited user's history, once per invitation. A call they came to stays as it is.</summary>
    public Task RecordUnansweredAsync(UnansweredCall call, CancellationToken cancellation = default) =>
        database.WriteAsync(
            session => session.ExecuteAsync(
                """
                INSERT INTO call_logs (id, user_id, meeting_id, meeting_code, meeting_title, role, outcome, started_at, ended_at, duration_seconds, participant_count)
                SELECT @Id, u.id, @Meeting, m.code, CASE WHEN m.id IS NULL THEN @InviterName ELSE m.title END, 'participant', @Outcome, @RangAt, @EndedAt, 0, 0
                FROM users u LEFT JOIN meetings m ON m.id = @Meeting
                WHERE u.id = @Invited AND NOT EXISTS (SELECT 1 FROM call_logs c WHERE c.id = @Id)
                ON CONFLICT (user_id, meeting_id) DO UPDATE SET
                  outcome = excluded.outcome, started_at = excluded.started_at, ended_at = excluded.ended_at
                WHERE call_logs.outcome IN ('missed', 'declined')
                """,
                new
                {
                    Id = new CallLogId(call.Invitation.Value),
                    call.Invited,
                    InviterName = SqlText.Storable(call.InviterName),
                    call.Meeting,
                    Outcome = SqlText.Name(call.Outcome),
                    call.RangAt,
                    call.EndedAt,
                }),
            cancellation);
}
