using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data.Tests;

public sealed class RoomCommitTests
{
    private static DateTimeOffset Now => TestDatabase.Now;

    private static PageRequest FirstPage => new(PageRequest.MaxLimit);

    [Theory, BothDatabases]
    public async Task A_commit_stores_all_its_parts(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"));
        var meeting = await db.AddMeetingAsync(ada);
        var room = new RoomBuilder(meeting);
        var (open, secret) = (room.Chat(ada, "to all", "1"), room.Chat(ada, "to Bob", "2", bob));
        var stay = room.Stay(bob, 5, role: ParticipantRole.Cohost);
        var commit = room.Commit(chat: [open, secret], stays: [stay], logs: [room.Log(bob, 5, 65)]);

        Assert.Empty((await db.Rooms.CommitAsync(commit, default)).ChatDuplicates);

        Assert.Equal([secret, open], (await db.Chat.ListAsync(meeting.Id, bob.Id, FirstPage)).Items);
        Assert.Equal([stay], (await db.Attendance.ListAsync(meeting.Id, FirstPage)).Items);
        var entry = Assert.Single((await db.CallLogs.ListOwnAsync(bob.Id, FirstPage)).Items);
        Assert.Equal(
            (meeting.Id, meeting.Code, "Planning", CallOutcome.Completed, RoomBuilder.Second(5), RoomBuilder.Second(65), 60L, 1),
            (entry.Meeting, entry.MeetingCode, entry.MeetingTitle, entry.Outcome, entry.StartedAt, entry.EndedAt, entry.DurationSeconds, entry.ParticipantCount));
        Assert.Equal((MeetingState.Active, Now), ((await db.Meetings.FindAsync(meeting.Id))!.State, (await db.Meetings.FindAsync(meeting.Id))!.StartedAt));
        var stored = (await db.Rooms.LoadAsync(meeting.Id, default))!;
        Assert.Equal(commit.Snapshot.ToJson(), stored.Snapshot.ToJson());
        Assert.Equal([open, secret], stored.RecentChat);
    }

    [Theory, BothDatabases]
    public async Task The_same_commit_twice_changes_nothing(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var ada = await db.AddAccountAsync("Ada");
        var meeting = await db.AddMeetingAsync(ada);
        var room = new RoomBuilder(meeting);
        var commit = room.Commit(chat: [room.Chat(ada, "once", "1")], stays: [room.Stay(ada, 0)], logs: [room.Log(ada, 0, 1)]);

        await db.Rooms.CommitAsync(commit, default);
        var history = (await db.CallLogs.ListOwnAsync(ada.Id, FirstPage)).Items;
        var again = await db.Rooms.CommitAsync(commit, default);

        Assert.Empty(again.ChatDuplicates);
        Assert.Equal(commit.Chat, (await db.Chat.ListAsync(meeting.Id, ada.Id, FirstPage)).Items);
        Assert.Equal(commit.Stays, (await db.Attendance.ListAsync(meeting.Id, FirstPage)).Items);
        Assert.Equal(history, (await db.CallLogs.ListOwnAsync(ada.Id, FirstPage)).Items);
    }

    [Theory, BothDatabases]
    public async Task A_client_id_is_stored_once_per_author_and_the_first_row_stands(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"));
        var meeting = await db.AddMeetingAsync(ada);
        var room = new RoomBuilder(meeting);
        var (first, second, third, others) =
            (room.Chat(ada, "first", "x"), room.Chat(ada, "second", "x"), room.Chat(ada, "third", "x"), room.Chat(bob, "Bob's", "x"));

        var one = await db.Rooms.CommitAsync(room.Commit(chat: [first, second, others]), default);
        var two = await db.Rooms.CommitAsync(room.Commit(chat: [third]), default);

        Assert.Equal([new ChatDuplicate(second.Id, first)], one.ChatDuplicates);
        Assert.Equal([new ChatDuplicate(third.Id, first)], two.ChatDuplicates);
        Assert.Equal([others, first], (await db.Chat.ListAsync(meeting.Id, ada.Id, FirstPage)).Items);
    }

    [Theory, BothDatabases]
    public async Task A_client_id_twice_at_once_is_stored_once(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var ada = await db.AddAccountAsync("Ada");
        var meeting = await db.AddMeetingAsync(ada);
        var room = new RoomBuilder(meeting);
        await using var otherNode = db.OpenAgain();
        var stores = new[] { db.Rooms, new RoomStore(otherNode) };
        var commits = Enumerable.Range(0, 12).Select(i => room.Commit(chat: [room.Chat(ada, $"text {i}", "x")])).ToArray();

        var results = await Task.WhenAll(commits.Select((commit, i) => stores[i % 2].CommitAsync(commit, default)));

        var stored = Assert.Single((await db.Chat.ListAsync(meeting.Id, ada.Id, FirstPage)).Items);
        Assert.Single(results, static result => result.ChatDuplicates.Count == 0);
        Assert.All(results.SelectMany(static result => result.ChatDuplicates), duplicate => Assert.Equal(stored, duplicate.Stored));
    }

    [Theory, BothDatabases]
    public async Task A_commit_that_fails_part_way_changes_nothing(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var ada = await db.AddAccountAsync("Ada");
        var meeting = await db.AddMeetingAsync(ada);
        var room = new RoomBuilder(meeting);
        var good = room.Commit(stays: [room.Stay(ada, 0)]);
        await db.Rooms.CommitAsync(good, default);
        await db.Database.WriteAsync(static session => session.ExecuteAsync("DROP TABLE call_logs"));

        var bad = room.Commit(MeetingState.Ended, [room.Chat(ada, "lost", "1")], [good.Stays[0] with { LeftAt = Now }], [room.Log(ada, 0, 1)]);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => db.Rooms.CommitAsync(bad, default));

        Assert.Empty((await db.Chat.ListAsync(meeting.Id, ada.Id, FirstPage)).Items);
        Assert.Equal(good.Stays, (await db.Attendance.ListAsync(meeting.Id, FirstPage)).Items);
        Assert.Equal(MeetingState.Active, (await db.Meetings.FindAsync(meeting.Id))!.State);
        Assert.Equal(good.Version, (await db.Rooms.LoadAsync(meeting.Id, default))!.Snapshot.Version);
    }

    [Theory, BothDatabases]
    public async Task An_overtaken_commit_adds_what_is_missing_and_replaces_nothing(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var ada = await db.AddAccountAsync("Ada");
        var meeting = await db.AddMeetingAsync(ada);
        var (older, newer) = (new RoomBuilder(meeting, epoch: 1), new RoomBuilder(meeting, epoch: 2));
        var stay = older.Stay(ada, 0, 30);
        await db.Rooms.CommitAsync(newer.Commit(stays: [stay], logs: [newer.Log(ada, 0, 30)]), default);

        var message = older.Chat(ada, "late", "1");
        await db.Rooms.CommitAsync(
            older.Commit(MeetingState.Paused, [message], [stay with { LeftAt = null }], [older.Log(ada, 0, 5)], version: 99), default);

        Assert.Equal((2, 1L), ((await db.Rooms.LoadAsync(meeting.Id, default))!.Snapshot.Epoch, (await db.Rooms.LoadAsync(meeting.Id, default))!.Snapshot.Version));
        Assert.Equal(MeetingState.Active, (await db.Meetings.FindAsync(meeting.Id))!.State);
        Assert.Equal([stay], (await db.Attendance.ListAsync(meeting.Id, FirstPage)).Items);
        Assert.Equal(30, Assert.Single((await db.CallLogs.ListOwnAsync(ada.Id, FirstPage)).Items).DurationSeconds);
        Assert.Equal([message], (await db.Chat.ListAsync(meeting.Id, ada.Id, FirstPage)).Items);
    }

    [Theory, BothDatabases]
    public async Task An_ended_room_is_not_loaded_and_not_brought_back(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var meeting = await db.AddMeetingAsync();
        var room = new RoomBuilder(meeting);
        var (first, last) = (room.Commit(), room.Commit(MeetingState.Ended));
        await db.Rooms.CommitAsync(first, default);
        await db.Rooms.CommitAsync(last, default);
        await db.Rooms.CommitAsync(last, default);
        await db.Rooms.CommitAsync(first, default);

        Assert.Null(await db.Rooms.LoadAsync(meeting.Id, default));
        Assert.Empty(await db.Rooms.LoadRunningAsync(default));
        Assert.Equal(0, await db.CountAsync("room_snapshots"));
        var ended = (await db.Meetings.FindAsync(meeting.Id))!;
        Assert.Equal((MeetingState.Ended, Now, Now.AddHours(1)), (ended.State, ended.StartedAt, ended.EndedAt));
    }

    [Theory, BothDatabases]
    public async Task A_commit_after_the_meeting_was_deleted_still_writes_the_history(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"));
        var meeting = await db.AddMeetingAsync(ada);
        var room = new RoomBuilder(meeting);
        await db.Meetings.DeleteAsync(meeting.Id);
        await db.Accounts.DeleteAsync(ada.Id);

        await db.Rooms.CommitAsync(
            room.Commit(
                MeetingState.Ended,
                [room.Chat(ada, "x", "1")],
                [room.Stay(ada, 0, 9), room.Stay(bob, 3, 9)],
                [room.Log(ada, 0, 9), room.Log(bob, 3, 9)]),
            default);

        var entry = Assert.Single((await db.CallLogs.ListOwnAsync(bob.Id, FirstPage)).Items);
        Assert.Equal(("Planning", 2), (entry.MeetingTitle, entry.ParticipantCount));
        Assert.Equal(0, await db.CountAsync("stays"));
        Assert.Equal(0, await db.CountAsync("chat_messages"));
    }

    [Theory, BothDatabases]
    public async Task Text_that_a_database_cannot_hold_does_not_stop_a_room(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var ada = await db.AddAccountAsync("A\0da");
        var meeting = await db.AddMeetingAsync(ada, title: "T\0");
        var room = new RoomBuilder(meeting);

        await db.Rooms.CommitAsync(
            room.Commit(chat: [room.Chat(ada, "nul \0 😀", "i\0d")], stays: [room.Stay(ada, 0)], logs: [room.Log(ada, 0, 1)]), default);

        Assert.Equal("nul \uFFFD 😀", Assert.Single((await db.Chat.ListAsync(meeting.Id, ada.Id, FirstPage)).Items).Text);
    }
}
