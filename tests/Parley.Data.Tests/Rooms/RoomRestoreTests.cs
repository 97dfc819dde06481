using Parley.Protocol;

namespace Parley.Data.Tests;

public sealed class RoomRestoreTests
{
    [Theory, BothDatabases]
    public async Task Every_running_room_comes_back_after_a_restart(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var ada = await db.AddAccountAsync("Ada");
        var commits = new List<Parley.Rooms.RoomCommit>();
        for (var i = 0; i < 3; i++)
        {
            var room = new RoomBuilder(await db.AddMeetingAsync(ada));
            await db.Rooms.CommitAsync(room.Commit(chat: [room.Chat(ada, $"in {i}", "1")]), default);
            commits.Add(room.Commit(i == 0 ? MeetingState.Paused : MeetingState.Active, chat: [room.Chat(ada, $"more in {i}", "2")]));
            await db.Rooms.CommitAsync(commits[^1], default);
        }

        await db.AddMeetingAsync(ada); // never begun
        await using var restarted = db.OpenAgain();
        var rooms = (await new RoomStore(restarted).LoadRunningAsync(default)).ToDictionary(static room => room.Snapshot.Meeting.Id);

        Assert.Equal(3, rooms.Count);
        Assert.All(commits, commit =>
        {
            Assert.Equal(commit.Snapshot.ToJson(), rooms[commit.Meeting].Snapshot.ToJson());
            Assert.Equal(2, rooms[commit.Meeting].RecentChat.Count);
            Assert.Equal(commit.Chat[0], rooms[commit.Meeting].RecentChat[^1]);
        });
    }

    [Theory, BothDatabases]
    public async Task Settings_changed_after_the_last_commit_win(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var meeting = await db.AddMeetingAsync(title: "Old");
        await db.Rooms.CommitAsync(new RoomBuilder(meeting).Commit(), default);
        await db.Meetings.UpdateAsync(meeting.Id, new MeetingChanges { Title = Change.To<string?>("New"), Lobby = false });

        var restored = (await db.Rooms.LoadAsync(meeting.Id, default))!.Snapshot;

        Assert.Equal(("New", false), (restored.Meeting.Title, restored.Meeting.Lobby));
        Assert.True(restored.Locked);
    }

    [Theory, BothDatabases]
    public async Task The_newest_thousand_messages_come_back_in_order(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var ada = await db.AddAccountAsync("Ada");
        var room = new RoomBuilder(await db.AddMeetingAsync(ada));
        var chat = Enumerable.Range(0, 1003).Select(i => room.Chat(ada, $"{i}", $"{i}")).ToArray();
        await db.Rooms.CommitAsync(room.Commit(chat: chat), default);

        Assert.Equal(chat[3..], (await db.Rooms.LoadAsync(room.Meeting, default))!.RecentChat);
    }

    [Theory, BothDatabases]
    public async Task A_broken_snapshot_is_reported_and_the_others_come_back(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (broken, whole) = (await db.AddMeetingAsync(), await db.AddMeetingAsync());
        await db.Rooms.CommitAsync(new RoomBuilder(broken).Commit(), default);
        await db.Rooms.CommitAsync(new RoomBuilder(whole).Commit(), default);
        await db.Database.WriteAsync(session => session.ExecuteAsync("UPDATE room_snapshots SET snapshot = '{' WHERE meeting_id = @Id", new { broken.Id }));
        var reported = new List<MeetingId>();

        var rooms = await new RoomStore(db.Database, (meeting, _) => reported.Add(meeting)).LoadRunningAsync(default);

        Assert.Equal(whole.Id, Assert.Single(rooms).Snapshot.Meeting.Id);
        Assert.Equal([broken.Id], reported);
    }

    [Theory, BothDatabases]
    public async Task A_room_that_begins_anew_because_its_snapshot_is_broken_is_stored_again(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var meeting = await db.AddMeetingAsync();
        var lost = new RoomBuilder(meeting, epoch: 3);
        await db.Rooms.CommitAsync(lost.Commit(), default);
        await db.Database.WriteAsync(session => session.ExecuteAsync("UPDATE room_snapshots SET snapshot = '{' WHERE meeting_id = @Id", new { meeting.Id }));

        Assert.Null(await db.Rooms.LoadAsync(meeting.Id, default));
        var anew = new RoomBuilder(meeting).Commit();
        await db.Rooms.CommitAsync(anew, default);

        Assert.Equal(anew.Snapshot.ToJson(), (await db.Rooms.LoadAsync(meeting.Id, default))!.Snapshot.ToJson());
    }
}
