// A room's commits: snapshot, event numbers, chat, attendance and history stored together or not at all.
using System.Text;
using System.Text.Json;
using Dapper;
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data;

/// <summary>Stores rooms in the database.</summary>
/// <param name="database">The database.</param>
/// <param name="unreadable">Told of a stored room that cannot be read back: one broken room does not keep the others from coming back.</param>
public sealed class RoomStore(Database database, Action<MeetingId, Exception>? unreadable = null) : IRoomStore
{
    private const int RecentChat = 1000;

    /// <inheritdoc/>
    public Task<RoomCommitResult> CommitAsync(RoomCommit commit, CancellationToken cancellation)
    {
        var snapshot = Encoding.UTF8.GetString(commit.Snapshot.ToJson());
        return database.WriteAsync(session => new RoomCommitWriter(session, commit, snapshot).WriteAsync(), cancellation);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredRoom>> LoadRunningAsync(CancellationToken cancellation)
    {
        var rows = await database.ReadAsync(
            static session => session.QueryAsync<SnapshotRow>(
                "SELECT s.meeting_id, s.snapshot FROM room_snapshots s JOIN meetings m ON m.id = s.meeting_id WHERE m.state <> 'ended' ORDER BY s.meeting_id"),
            cancellation);
        var rooms = new List<StoredRoom>(rows.Count);
        foreach (var row in rows)
        {
            if (Read(row) is { } snapshot && await RestoreAsync(snapshot, row.MeetingId, cancellation) is { } room)
                rooms.Add(room);
        }

        return rooms;
    }

    /// <inheritdoc/>
    public async Task<StoredRoom?> LoadAsync(MeetingId meeting, CancellationToken cancellation)
    {
        var row = await database.ReadAsync(
            session => session.FirstOrDefaultAsync<SnapshotRow>(
                "SELECT s.meeting_id, s.snapshot FROM room_snapshots s JOIN meetings m ON m.id = s.meeting_id WHERE s.meeting_id = @meeting AND m.state <> 'ended'",
                new { meeting }),
            cancellation);
        if (row is null)
            return null;
        if (Read(row) is { } snapshot)
            return await RestoreAsync(snapshot, meeting, cancellation);

        // The room begins anew. What cannot be read stays until then, but must not count as newer than the new room's commits.
        await database.WriteAsync(
            session => session.ExecuteAsync(
                "UPDATE room_snapshots SET epoch = 0, version = 0 WHERE meeting_id = @MeetingId AND snapshot = @Snapshot", row),
            cancellation);
        return null;
    }

    private RoomSnapshot? Read(SnapshotRow row)
    {
        try
        {
            return RoomSnapshot.FromJson(Encoding.UTF8.GetBytes(row.Snapshot));
        }
        catch (JsonException exception)
        {
            unreadable?.Invoke(row.MeetingId, exception);
            return null;
        }
    }

    private Task<StoredRoom?> RestoreAsync(RoomSnapshot snapshot, MeetingId id, CancellationToken cancellation) =>
        database.ReadAsync(
            async session =>
            {
                // Settings that were changed after the last commit are in the meeting's own row.
                var meeting = await session.FirstOrDefaultAsync<MeetingRecord>($"{MeetingRecord.Select} WHERE m.id = @MeetingId", new { MeetingId = id });
                var chat = await session.QueryAsync<ChatRecord>(
                    $"SELECT {ChatStore.Columns} FROM chat_messages WHERE meeting_id = @MeetingId ORDER BY seq DESC, id DESC LIMIT @RecentChat",
                    new { MeetingId = id, RecentChat });
                return meeting is null ? null : new StoredRoom(snapshot with { Meeting = meeting.ToSettings() }, [.. chat.Reverse()]);
            },
            cancellation);

    [method: ExplicitConstructor]
    private sealed record SnapshotRow(MeetingId MeetingId, string Snapshot);
}
