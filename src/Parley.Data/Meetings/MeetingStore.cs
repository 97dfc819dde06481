// Meetings: the durable side of a call.
using Parley.Protocol;

namespace Parley.Data;

/// <summary>Stores meetings.</summary>
public sealed class MeetingStore(Database database)
{
    /// <summary>Makes a meeting; null when another one has the code, and the caller tries a new code.</summary>
    public Task<MeetingRecord?> TryCreateAsync(NewMeeting meeting, MeetingCode code, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var row = new
        {
            id = new MeetingId(Guid.CreateVersion7(now)),
            code,
            meeting.Owner,
            title = SqlText.StorableOrNull(meeting.Title),
            kind = SqlText.Name(meeting.Kind),
            meeting.Lobby,
            meeting.PasswordHash,
            meeting.MaxParticipants,
            now,
        };
        return database.WriteAsync(
            async session =>
            {
                var inserted = await session.ExecuteAsync(
                    """
                    INSERT INTO meetings (id, code, owner_id, title, kind, lobby, password_hash, max_participants, state, created_at)
                    VALUES (@id, @code, @Owner, @title, @kind, @Lobby, @PasswordHash, @MaxParticipants, 'created', @now)
                    ON CONFLICT (code) DO NOTHING
                    """,
                    row);
                return inserted == 0 ? null : await ReadAsync(session, row.id);
            },
            cancellation);
    }

    /// <summary>The meeting with a code; null when there is none.</summary>
    public Task<MeetingRecord?> FindByCodeAsync(MeetingCode code, CancellationToken cancellation = default) =>
        database.ReadAsync(
            session => session.FirstOrDefaultAsync<MeetingRecord>($"{MeetingRecord.Select} WHERE m.code = @code", new { code }),
            cancellation);

    /// <summary>A meeting; null when there is none.</summary>
    public Task<MeetingRecord?> FindAsync(MeetingId id, CancellationToken cancellation = default) =>
        database.ReadAsync(session => ReadAsync(session, id), cancellation);

    /// <summary>A user's own meetings, newest first.</summary>
    public async Task<Page<MeetingRecord>> ListOwnAsync(UserId owner, PageRequest page, CancellationToken cancellation = default)
    {
        var rows = await database.ReadAsync(
            session => session.QueryAsync<MeetingRecord>(
                $"""
                {MeetingRecord.Select}
                WHERE m.owner_id = @owner AND (m.created_at, m.id) < (@key, @id)
                ORDER BY m.created_at DESC, m.id DESC LIMIT @take
                """,
                new { owner, key = page.KeyBelow, id = page.Id, take = page.Take }),
            cancellation);
        return Paging.Cut(rows, page, static meeting => new Cursor(meeting.CreatedAt.ToUnixTimeMilliseconds(), meeting.Id.Value));
    }

    /// <summary>Changes a meeting and reads it back; null when there is none.</summary>
    public Task<MeetingRecord?> UpdateAsync(MeetingId id, MeetingChanges changes, CancellationToken cancellation = default)
    {
        var row = new
        {
            id,
            setTitle = changes.Title.IsSet,
            title = SqlText.StorableOrNull(changes.Title.Value),
            setPassword = changes.PasswordHash.IsSet,
            passwordHash = changes.PasswordHash.Value,
            changes.Lobby,
            changes.MaxParticipants,
        };
        return database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(
                    """
                    UPDATE meetings SET
                      title = CASE WHEN @setTitle THEN @title ELSE title END,
                      password_hash = CASE WHEN @setPassword THEN @passwordHash ELSE password_hash END,
                      lobby = COALESCE(@Lobby, lobby),
                      max_participants = COALESCE(@MaxParticipants, max_participants)
                    WHERE id = @id
                    """,
                    row);
                return await ReadAsync(session, id);
            },
            cancellation);
    }

    /// <summary>Ends a meeting that has no running room. False when it has ended before, or there is none.</summary>
    public Task<bool> EndAsync(MeetingId id, DateTimeOffset now, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                var ended = await session.ExecuteAsync(
                    "UPDATE meetings SET state = 'ended', ended_at = @now WHERE id = @id AND state <> 'ended'", new { id, now });
                await session.ExecuteAsync("DELETE FROM room_snapshots WHERE meeting_id = @id", new { id });
                return ended > 0;
            },
            cancellation);

    /// <summary>Deletes a meeting with its chat and attendance; history entries keep its code and title. False when there is none.</summary>
    public Task<bool> DeleteAsync(MeetingId id, CancellationToken cancellation = default) =>
        database.WriteAsync(async session => await session.ExecuteAsync("DELETE FROM meetings WHERE id = @id", new { id }) > 0, cancellation);

    private static Task<MeetingRecord?> ReadAsync(SqlSession session, MeetingId id) =>
        session.FirstOrDefaultAsync<MeetingRecord>($"{MeetingRecord.Select} WHERE m.id = @id", new { id });
}
