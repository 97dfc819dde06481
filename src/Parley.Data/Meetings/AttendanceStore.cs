// Who was in a meeting, and when. Rows are written by room commits alone.
using Dapper;
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data;

/// <summary>Reads attendance.</summary>
public sealed class AttendanceStore(Database database)
{
    /// <summary>A row per stay, in the order people came.</summary>
    public async Task<Page<StayRecord>> ListAsync(MeetingId meeting, PageRequest page, CancellationToken cancellation = default)
    {
        var rows = await database.ReadAsync(
            session => session.QueryAsync<StayRow>(
                """
                SELECT id, meeting_id, user_id, name, role, joined_at, left_at FROM stays
                WHERE meeting_id = @meeting AND (joined_at, id) > (@key, @id)
                ORDER BY joined_at, id LIMIT @take
                """,
                new { meeting, key = page.KeyAbove, id = page.Id, take = page.Take }),
            cancellation);
        return Paging.Cut(
            [.. rows.Select(static row => row.ToRecord())],
            page,
            static stay => new Cursor(stay.JoinedAt.ToUnixTimeMilliseconds(), stay.Id.Value));
    }

    [method: ExplicitConstructor]
    private sealed record StayRow(
        ParticipantId Id,
        MeetingId MeetingId,
        UserId UserId,
        string Name,
        ParticipantRole Role,
        DateTimeOffset JoinedAt,
        DateTimeOffset? LeftAt)
    {
        public StayRecord ToRecord() => new(Id, MeetingId, UserId, Name, Role, JoinedAt, LeftAt);
    }
}
