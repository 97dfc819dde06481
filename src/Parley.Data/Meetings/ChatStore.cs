// What was written in a meeting, for those who took part. Rows are written by room commits alone.
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data;

/// <summary>Reads chat history.</summary>
public sealed class ChatStore(Database database)
{
    internal const string Columns =
        "id, meeting_id AS meeting, seq, from_participant AS \"from\", from_user, from_name, text, client_id, sent_at, to_participant AS \"to\", to_user, to_name";

    /// <summary>True when the user was ever in the room.</summary>
    public Task<bool> TookPartAsync(MeetingId meeting, UserId user, CancellationToken cancellation = default) =>
        database.ReadAsync(
            session => session.ScalarAsync<bool>(
                "SELECT EXISTS (SELECT 1 FROM stays WHERE meeting_id = @meeting AND user_id = @user)", new { meeting, user }),
            cancellation);

    /// <summary>What a user may read, newest first: what was said to all, and private messages of which they are an end.</summary>
    public async Task<Page<ChatRecord>> ListAsync(MeetingId meeting, UserId reader, PageRequest page, CancellationToken cancellation = default)
    {
        var rows = await database.ReadAsync(
            session => session.QueryAsync<ChatRecord>(
                $"""
                SELECT {Columns} FROM chat_messages
                WHERE meeting_id = @meeting AND (to_user IS NULL OR to_user = @reader OR from_user = @reader) AND (seq, id) < (@key, @id)
                ORDER BY seq DESC, id DESC LIMIT @take
                """,
                new { meeting, reader, key = page.KeyBelow, id = page.Id, take = page.Take }),
            cancellation);
        return Paging.Cut(rows, page, static message => new Cursor(message.Seq, message.Id.Value));
    }
}
