using Parley.Rooms;

namespace Parley.Data.Tests;

public sealed class AttendanceStoreTests
{
    [Theory, BothDatabases]
    public async Task Stays_are_paged_in_the_order_people_came_and_changed_in_place(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var ada = await db.AddAccountAsync("Ada");
        var room = new RoomBuilder(await db.AddMeetingAsync(ada));
        var stays = Enumerable.Range(0, 7).Select(i => room.Stay(ada, i / 3)).ToArray();
        await db.Rooms.CommitAsync(room.Commit(stays: stays), default);
        var expected = stays.OrderBy(static s => s.JoinedAt).ThenBy(static s => s.Id.ToString(), StringComparer.Ordinal).ToArray();

        var seen = new List<StayRecord>();
        Cursor? next = null;
        do
        {
            var page = await db.Attendance.ListAsync(room.Meeting, new PageRequest(2, next));
            seen.AddRange(page.Items);
            next = page.Next;
        }
        while (next is not null);
        Assert.Equal(expected, seen);

        var left = expected[0] with { LeftAt = RoomBuilder.Second(60), Role = Parley.Protocol.ParticipantRole.Host, Name = "Ada K." };
        await db.Rooms.CommitAsync(room.Commit(stays: [left]), default);
        Assert.Equal([left, .. expected[1..]], (await db.Attendance.ListAsync(room.Meeting, new PageRequest(100))).Items);
    }
}
