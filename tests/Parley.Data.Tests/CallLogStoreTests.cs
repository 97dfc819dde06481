using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data.Tests;

public sealed class CallLogStoreTests
{
    private static PageRequest FirstPage => new(PageRequest.MaxLimit);

    [Theory, BothDatabases]
    public async Task The_count_is_of_different_people_whose_stays_overlap_the_entry(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var users = new List<UserRecord>();
        foreach (var name in new[] { "Early", "Ada", "Bob", "Late", "Again", "Still" })
            users.Add(await db.AddAccountAsync(name));
        var (early, ada, bob, late, again, still) = (users[0], users[1], users[2], users[3], users[4], users[5]);
        var room = new RoomBuilder(await db.AddMeetingAsync(ada));
        await db.Rooms.CommitAsync(
            room.Commit(stays:
            [
                room.Stay(early, 0, 9), room.Stay(ada, 10, 20), room.Stay(bob, 15, 40), room.Stay(late, 31, 40),
                room.Stay(again, 0, 5), room.Stay(again, 12, 13), room.Stay(again, 18, 19), room.Stay(still, 20),
            ]),
            default);

        await db.Rooms.CommitAsync(room.Commit(logs: [room.Log(ada, 10, 30)]), default);

        var entry = Assert.Single((await db.CallLogs.ListOwnAsync(ada.Id, FirstPage)).Items);
        Assert.Equal(4, entry.ParticipantCount); // Ada, Bob, Again once, Still
        var details = (await db.CallLogs.FindOwnAsync(ada.Id, entry.Id))!;
        Assert.Equal(entry, details.Entry);
        Assert.Equal(
            [
                new CallAttendee(ada.Id, "Ada", RoomBuilder.Second(10), RoomBuilder.Second(20)),
                new CallAttendee(again.Id, "Again", RoomBuilder.Second(12), RoomBuilder.Second(19)),
                new CallAttendee(bob.Id, "Bob", RoomBuilder.Second(15), RoomBuilder.Second(40)),
                new CallAttendee(still.Id, "Still", RoomBuilder.Second(20), null),
            ],
            details.Attendees);
    }

    [Theory, BothDatabases]
    public async Task Coming_back_extends_the_one_entry_and_counts_anew(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"));
        var room = new RoomBuilder(await db.AddMeetingAsync(ada));
        await db.Rooms.CommitAsync(room.Commit(stays: [room.Stay(ada, 0, 10)], logs: [room.Log(ada, 0, 10)]), default);
        var first = Assert.Single((await db.CallLogs.ListOwnAsync(ada.Id, FirstPage)).Items);
        await db.Rooms.CommitAsync(
            room.Commit(stays: [room.Stay(bob, 11, 12), room.Stay(ada, 20, 30)], logs: [room.Log(ada, 0, 30) with { DurationSeconds = 20 }]), default);

        var second = Assert.Single((await db.CallLogs.ListOwnAsync(ada.Id, FirstPage)).Items);
        Assert.Equal((first.Id, 1, 2, 20L), (second.Id, first.ParticipantCount, second.ParticipantCount, second.DurationSeconds));
    }

    [Theory, BothDatabases]
    public async Task An_entry_is_its_owners_alone(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"));
        var room = new RoomBuilder(await db.AddMeetingAsync(ada));
        await db.Rooms.CommitAsync(room.Commit(logs: [room.Log(ada, 0, 10)]), default);
        var entry = Assert.Single((await db.CallLogs.ListOwnAsync(ada.Id, FirstPage)).Items);

        Assert.Null(await db.CallLogs.FindOwnAsync(bob.Id, entry.Id));
        Assert.Null(await db.CallLogs.FindOwnAsync(ada.Id, default));
        Assert.Empty((await db.CallLogs.ListOwnAsync(bob.Id, FirstPage)).Items);
    }

    [Theory, BothDatabases]
    public async Task Whoever_was_never_admitted_does_not_learn_who_was_in(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, eve) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Eve"));
        var room = new RoomBuilder(await db.AddMeetingAsync(ada));
        await db.Rooms.CommitAsync(room.Commit(stays: [room.Stay(ada, 0, 60)], logs: [room.Log(eve, 5, 9, CallOutcome.Waiting)]), default);

        var entry = Assert.Single((await db.CallLogs.ListOwnAsync(eve.Id, FirstPage)).Items);
        Assert.Equal(CallOutcome.Waiting, entry.Outcome);
        Assert.Empty((await db.CallLogs.FindOwnAsync(eve.Id, entry.Id))!.Attendees);
    }

    [Theory, BothDatabases]
    public async Task History_is_paged_newest_first(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var ada = await db.AddAccountAsync("Ada");
        for (var i = 0; i < 7; i++)
        {
            var room = new RoomBuilder(await db.AddMeetingAsync(ada, title: $"{i}"));
            await db.Rooms.CommitAsync(room.Commit(logs: [room.Log(ada, i, i + 1)]), default);
        }

        var titles = new List<string?>();
        Cursor? next = null;
        do
        {
            var page = await db.CallLogs.ListOwnAsync(ada.Id, new PageRequest(3, next));
            titles.AddRange(page.Items.Select(static entry => entry.MeetingTitle));
            next = page.Next;
        }
        while (next is not null);
        Assert.Equal(["6", "5", "4", "3", "2", "1", "0"], titles);
    }
}
