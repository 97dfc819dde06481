// The audit log in the database.
using System.Text;
using Parley.Protocol;

namespace Parley.Data;

/// <summary>Stores security events.</summary>
public sealed class AuditStore(Database database)
{
    /// <summary>Stores entries in one transaction; an entry that is stored already is left as it is.</summary>
    public Task AppendAsync(IReadOnlyCollection<AuditEntry> entries, CancellationToken cancellation = default)
    {
        if (entries.Count == 0)
            return Task.CompletedTask;
        var rows = entries.Select(static entry => new
        {
            entry.Id,
            entry.At,
            Event = SqlText.Storable(entry.Event),
            entry.Actor,
            entry.Subject,
            entry.MeetingCode,
            Address = SqlText.StorableOrNull(entry.Address),
            Detail = SqlText.StorableOrNull(entry.Detail),
        }).ToArray();
        return database.WriteAsync(
            session => session.ExecuteAsync(
                """
                INSERT INTO audit_entries (id, at, event, actor_id, subject_id, meeting_code, address, detail)
                VALUES (@Id, @At, @Event, @Actor, @Subject, @MeetingCode, @Address, @Detail)
                ON CONFLICT (id) DO NOTHING
                """,
                rows),
            cancellation);
    }

    /// <summary>Entries that pass a filter, newest first.</summary>
    public async Task<Page<AuditEntry>> ListAsync(AuditFilter filter, PageRequest page, CancellationToken cancellation = default)
    {
        var sql = new StringBuilder(
            """
            SELECT id, at, event, actor_id AS actor, subject_id AS subject, meeting_code, address, detail
            FROM audit_entries WHERE (at, id) < (@key, @id)
            """);
        if (filter.Event is not null)
            sql.Append(" AND event = @Event");
        if (filter.Actor is not null)
            sql.Append(" AND actor_id = @Actor");
        if (filter.Subject is not null)
            sql.Append(" AND subject_id = @Subject");
        if (filter.From is not null)
            sql.Append(" AND at >= @From");
        sql.Append(" ORDER BY at DESC, id DESC LIMIT @take");
        var parameters = new
        {
            Event = SqlText.StorableOrNull(filter.Event),
            filter.Actor,
            filter.Subject,
            filter.From,
            key = page.KeyBelow,
            id = page.Id,
            take = page.Take,
        };
        var rows = await database.ReadAsync(session => session.QueryAsync<AuditEntry>(sql.ToString(), parameters), cancellation);
        return Paging.Cut(rows, page, static entry => new Cursor(entry.At.ToUnixTimeMilliseconds(), entry.Id));
    }

    /// <summary>Deletes what is older than the retention.</summary>
    /// <returns>How many were deleted.</returns>
    public Task<int> PurgeAsync(DateTimeOffset before, CancellationToken cancellation = default) =>
        database.WriteAsync(session => session.ExecuteAsync("DELETE FROM audit_entries WHERE at < @before", new { before }), cancellation);
}
