using Parley.Rooms;

namespace Parley.Data.Tests;

public sealed class ChatStoreTests
{
    [Theory, BothDatabases]
    public async Task Private_messages_are_for_their_two_ends_alone(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob, eve) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"), await db.AddAccountAsync("Eve"));
        var room = new RoomBuilder(await db.AddMeetingAsync(ada));
        var (open, secret) = (room.Chat(ada, "open", "1"), room.Chat(ada, "secret", "2", bob));
        await db.Rooms.CommitAsync(room.Commit(chat: [open, secret]), default);
        var other = new RoomBuilder(await db.AddMeetingAsync(ada));
        await db.Rooms.CommitAsync(other.Commit(chat: [other.Chat(ada, "elsewhere", "1")]), default);

        async Task<IReadOnlyList<ChatRecord>> Read(UserRecord reader) => (await db.Chat.ListAsync(room.Meeting, reader.Id, new PageRequest(20))).Items;

        Assert.Equal([secret, open], await Read(ada));
        Assert.Equal([secret, open], await Read(bob));
        Assert.Equal([open], await Read(eve));
    }

    [Theory, BothDatabases]
    public async Task Whoever_was_ever_in_took_part(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"));
        var room = new RoomBuilder(await db.AddMeetingAsync(ada));
        await db.Rooms.CommitAsync(room.Commit(stays: [room.Stay(ada, 0, 1)]), default);

        Assert.True(await db.Chat.TookPartAsync(room.Meeting, ada.Id));
        Assert.False(await db.Chat.TookPartAsync(room.Meeting, bob.Id));
    }

    [Theory, BothDatabases]
    public async Task Paging_goes_on_where_it_was_while_people_write(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var ada = await db.AddAccountAsync("Ada");
        var room = new RoomBuilder(await db.AddMeetingAsync(ada));
        var written = Enumerable.Range(0, 10).Select(i => room.Chat(ada, $"{i}", $"{i}")).ToList();
        await db.Rooms.CommitAsync(room.Commit(chat: written), default);

        var seen = new List<ChatRecord>();
        var request = new PageRequest(4);
        while (true)
        {
            var page = await db.Chat.ListAsync(room.Meeting, ada.Id, request);
            seen.AddRange(page.Items);
            await db.Rooms.CommitAsync(room.Commit(chat: [room.Chat(ada, "new", $"new {seen.Count}")]), default);
            if (page.Next is null)
                break;
            request = new PageRequest(4, page.Next);
        }

        written.Reverse();
        Assert.Equal(written, seen);
    }

    [Theory, BothDatabases]
    public async Task A_last_page_that_is_just_full_names_no_next_one(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var ada = await db.AddAccountAsync("Ada");
        var room = new RoomBuilder(await db.AddMeetingAsync(ada));
        await db.Rooms.CommitAsync(room.Commit(chat: [room.Chat(ada, "1", "1"), room.Chat(ada, "2", "2")]), default);

        Assert.Null((await db.Chat.ListAsync(room.Meeting, ada.Id, new PageRequest(2))).Next);
        Assert.NotNull((await db.Chat.ListAsync(room.Meeting, ada.Id, new PageRequest(1))).Next);
    }
}
