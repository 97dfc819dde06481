// A user's history of calls. Entries of those who came or waited are written by room commits, those of unanswered calls with the invitation.
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data;

/// <summary>Reads history.</summary>
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
}
