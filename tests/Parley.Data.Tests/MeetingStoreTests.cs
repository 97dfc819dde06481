using Parley.Protocol;

namespace Parley.Data.Tests;

public sealed class MeetingStoreTests
{
    private static DateTimeOffset Now => TestDatabase.Now;

    [Theory, BothDatabases]
    public async Task A_meeting_is_read_back_as_it_was_made(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var owner = await db.AddAccountAsync("Ada");
        var made = await db.Meetings.TryCreateAsync(
            new NewMeeting(owner.Id, "Weekly", MeetingKind.Audio, Lobby: false, "secret-hash", 500), TestDatabase.Code(7), Now);

        var expected = new MeetingRecord(
            made!.Id, TestDatabase.Code(7), owner.Id, "Ada", "Weekly", MeetingKind.Audio, false, "secret-hash", 500, MeetingState.Created, Now, null, null);
        Assert.Equal(expected, made);
        Assert.Equal(expected, await db.Meetings.FindByCodeAsync(TestDatabase.Code(7)));
        Assert.Equal(expected, await db.Meetings.FindAsync(made.Id));
        Assert.True(made.RequiresPassword);
        Assert.Null(await db.Meetings.FindByCodeAsync(TestDatabase.Code(8)));
        Assert.Null(await db.Meetings.FindByCodeAsync(default));
    }

    [Theory, BothDatabases]
    public async Task A_code_is_given_once_even_at_once(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var owner = await db.AddAccountAsync();
        var meeting = new NewMeeting(owner.Id, null, MeetingKind.Video, true, null, 2);

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => db.Meetings.TryCreateAsync(meeting, TestDatabase.Code(1), Now)));

        Assert.Single(made, static one => one is not null);
    }

    [Theory, BothDatabases]
    public async Task Changes_touch_what_they_name_and_null_clears(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var meeting = await db.AddMeetingAsync(title: "Old");

        var changed = await db.Meetings.UpdateAsync(meeting.Id, new MeetingChanges { PasswordHash = Change.To<string?>("h"), MaxParticipants = 9 });
        Assert.Equal(meeting with { PasswordHash = "h", MaxParticipants = 9 }, changed);
        changed = await db.Meetings.UpdateAsync(meeting.Id, new MeetingChanges { Title = Change.To<string?>("New"), Lobby = false });
        Assert.Equal(meeting with { PasswordHash = "h", MaxParticipants = 9, Title = "New", Lobby = false }, changed);
        changed = await db.Meetings.UpdateAsync(
            meeting.Id, new MeetingChanges { Title = Change.To<string?>(null), PasswordHash = Change.To<string?>(null) });
        Assert.Equal(meeting with { MaxParticipants = 9, Title = null, Lobby = false }, changed);
        Assert.Equal(changed, await db.Meetings.UpdateAsync(meeting.Id, new MeetingChanges()));
        Assert.Null(await db.Meetings.UpdateAsync(new MeetingId(Guid.NewGuid()), new MeetingChanges { Lobby = true }));
    }

    [Theory, BothDatabases]
    public async Task A_meeting_without_a_room_ends_once(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var meeting = await db.AddMeetingAsync();
        await db.Rooms.CommitAsync(new RoomBuilder(meeting).Commit(), default);

        var ends = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => db.Meetings.EndAsync(meeting.Id, Now.AddHours(1))));

        Assert.Single(ends, static ended => ended);
        var ended = (await db.Meetings.FindAsync(meeting.Id))!;
        Assert.Equal((MeetingState.Ended, Now.AddHours(1)), (ended.State, ended.EndedAt));
        Assert.Empty(await db.Rooms.LoadRunningAsync(default));
    }

    [Theory, BothDatabases]
    public async Task A_deleted_meeting_leaves_only_history(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var guest = await db.AddAccountAsync("Bob");
        var meeting = await db.AddMeetingAsync(title: "Secret plan");
        var room = new RoomBuilder(meeting);
        await db.Rooms.CommitAsync(
            room.Commit(chat: [room.Chat(guest, "hi", "1")], stays: [room.Stay(guest, 0, 60)], logs: [room.Log(guest, 0, 60)]), default);

        Assert.True(await db.Meetings.DeleteAsync(meeting.Id));
        Assert.False(await db.Meetings.DeleteAsync(meeting.Id));

        foreach (var table in new[] { "chat_messages", "stays", "room_snapshots", "meetings" })
            Assert.Equal(0, await db.CountAsync(table));
        var entry = Assert.Single((await db.CallLogs.ListOwnAsync(guest.Id, new PageRequest(20))).Items);
        Assert.Equal((meeting.Code, "Secret plan", 1), (entry.MeetingCode, entry.MeetingTitle, entry.ParticipantCount));
        Assert.Empty((await db.CallLogs.FindOwnAsync(guest.Id, entry.Id))!.Attendees);
    }

    [Theory, BothDatabases]
    public async Task Ones_own_meetings_are_paged_newest_first_without_gaps_or_doubles_while_others_are_made(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var owner = await db.AddAccountAsync();
        await db.AddMeetingAsync();
        var made = new List<MeetingRecord>();
        for (var i = 0; i < 11; i++)
            made.Add(await db.AddMeetingAsync(owner, at: Now.AddMilliseconds(i / 3))); // several share a millisecond

        var seen = new List<MeetingRecord>();
        Cursor? next = null;
        do
        {
            var page = await db.Meetings.ListOwnAsync(owner.Id, new PageRequest(3, next));
            Assert.InRange(page.Items.Count, 1, 3);
            seen.AddRange(page.Items);
            next = page.Next;
            await db.AddMeetingAsync(owner, at: Now.AddHours(1)); // newer than the page: not seen any more
            if (next is { } cursor)
                Assert.True(Cursor.TryParse(cursor.ToString(), out var parsed) && parsed == cursor);
        }
        while (next is not null);

        Assert.Equal(made.OrderByDescending(static m => m.CreatedAt).ThenByDescending(static m => m.Id.ToString(), StringComparer.Ordinal), seen);
    }
}
