// What stays after a call: messages, attendance, call logs.
using System.Text.Json;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Meetings;

public sealed class HistoryTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    public static TheoryData<TestDatabase> Databases => [TestDatabase.Sqlite, TestDatabase.Postgres];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Those_who_took_part_read_the_chat_and_private_messages_are_for_their_two_ends(TestDatabase database)
    {
        await using var server = await ParleyFixture.StartAsync(database);
        using var ada = await ApiClient.AccountAsync(server, "Ada");
        using var grace = await ApiClient.GuestAsync(server, "Grace");
        using var eve = await ApiClient.AccountAsync(server, "Eve");
        var (meeting, code) = await MeetingAsync(ada);
        await StoredCalls.StoreAsync(
            server,
            meeting,
            Begin,
            [.. new[] { ada, grace, eve }.Select(person => StoredCalls.Stay(meeting, person.UserId, "X", Begin, Begin.AddMinutes(5)))],
            [
                StoredCalls.Message(meeting, 1, ada.UserId, "<b>hello</b>", Begin.AddSeconds(1)),
                StoredCalls.Message(meeting, 2, ada.UserId, "for Grace", Begin.AddSeconds(2), grace.UserId),
                StoredCalls.Message(meeting, 3, grace.UserId, "thanks", Begin.AddSeconds(3)),
            ]);
        var path = $"/api/meetings/{code}/messages";
        Assert.Equal(["thanks", "for Grace", "<b>hello</b>"], Texts(await ada.GetAsync(path)));
        Assert.Equal(["thanks", "for Grace", "<b>hello</b>"], Texts(await grace.GetAsync(path)));
        Assert.Equal(["thanks", "<b>hello</b>"], Texts(await eve.GetAsync(path)));
        var secret = (await grace.GetAsync(path)).Items[1];
        Assert.Equal(["message_id", "from", "text", "sent_at", "to"], secret.EnumerateObject().Select(field => field.Name));
        Assert.Equal(ada.UserId, secret.GetProperty("from").GetProperty("id").GetString());
        Assert.Equal("Receiver", secret.GetProperty("to").GetProperty("name").GetString());
        Assert.Equal("2026-11-20T09:00:02.000Z", secret.GetProperty("sent_at").GetString());
        var first = await ada.GetAsync($"{path}?limit=2");
        Assert.Equal(["<b>hello</b>"], Texts(await ada.GetAsync($"{path}?limit=2&cursor={first.Text("next_cursor")}")));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task The_host_reads_a_row_per_stay(TestDatabase database)
    {
        await using var server = await ParleyFixture.StartAsync(database);
        using var owner = await ApiClient.AccountAsync(server, "Ada");
        using var guest = await ApiClient.GuestAsync(server, "Grace");
        var (meeting, code) = await MeetingAsync(owner);
        await StoredCalls.StoreAsync(
            server,
            meeting,
            Begin,
            [
                StoredCalls.Stay(meeting, owner.UserId, "Ada", Begin, null),
                StoredCalls.Stay(meeting, guest.UserId, "Grace", Begin.AddMinutes(1), Begin.AddMinutes(2)),
                StoredCalls.Stay(meeting, guest.UserId, "Grace", Begin.AddMinutes(3), Begin.AddMinutes(4)),
            ]);
        var stays = (await owner.GetAsync($"/api/meetings/{code}/attendance")).Items;
        Assert.Equal(["Ada", "Grace", "Grace"], stays.Select(stay => stay.GetProperty("name").GetString()));
        Assert.Equal(["user_id", "name", "joined_at", "left_at"], stays[0].EnumerateObject().Select(field => field.Name));
        Assert.Equal("not_host", (await guest.GetAsync($"/api/meetings/{code}/attendance")).Code);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Everybody_reads_their_own_history_and_nobody_elses(TestDatabase database)
    {
        await using var server = await ParleyFixture.StartAsync(database);
        using var ada = await ApiClient.AccountAsync(server, "Ada");
        using var grace = await ApiClient.AccountAsync(server, "Grace");
        var (meeting, code) = await MeetingAsync(ada);
        await StoredCalls.StoreAsync(
            server,
            meeting,
            Begin,
            [
                StoredCalls.Stay(meeting, ada.UserId, "Ada", Begin, Begin.AddMinutes(5)),
                StoredCalls.Stay(meeting, grace.UserId, "Grace", Begin.AddMinutes(1), Begin.AddMinutes(5)),
            ],
            calls:
            [
                new CallLogRecord(meeting, MeetingCode.TryParse(code, out var parsed) ? parsed : default, "Planning", UserId.Parse(ada.UserId), ParticipantRole.Host, CallOutcome.Completed, Begin, Begin.AddMinutes(5), 300),
            ]);
        var entry = Assert.Single((await ada.GetAsync("/api/call-logs")).Items);
        Assert.Equal(
            ["id", "meeting_code", "meeting_title", "started_at", "ended_at", "duration_seconds", "participant_count", "role", "outcome"],
            entry.EnumerateObject().Select(field => field.Name));
        Assert.Equal((300, 2, "host", "completed"), (entry.GetProperty("duration_seconds").GetInt32(), entry.GetProperty("participant_count").GetInt32(), entry.GetProperty("role").GetString()!, entry.GetProperty("outcome").GetString()!));
        Assert.Empty((await grace.GetAsync("/api/call-logs")).Items);
        var path = $"/api/call-logs/{entry.GetProperty("id").GetString()}";
        var details = await ada.GetAsync(path);
        Assert.Equal(["Ada", "Grace"], details.Body.GetProperty("attendees").EnumerateArray().Select(person => person.GetProperty("name").GetString()));
        foreach (var missing in new[] { await grace.GetAsync(path), await ada.GetAsync($"/api/call-logs/{Guid.CreateVersion7()}"), await ada.GetAsync("/api/call-logs/nonsense") })
        {
            Assert.Equal(404, missing.StatusNumber);
            Assert.Equal("call_log_not_found", missing.Code);
        }

        // Others' histories keep code and title of a deleted meeting.
        await ada.DeleteAsync($"/api/meetings/{code}");
        Assert.Equal("Planning", Assert.Single((await ada.GetAsync("/api/call-logs")).Items).GetProperty("meeting_title").GetString());
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_missed_call_names_who_rang(TestDatabase database)
    {
        await using var server = await ParleyFixture.StartAsync(database);
        using var ada = await ApiClient.AccountAsync(server, "Ada");
        using var grace = await ApiClient.AccountAsync(server, "Grace");
        var (from, to) = (UserId.Parse(ada.UserId), UserId.Parse(grace.UserId));
        var invitation = new InvitationRecord(
            new InvitationId(Guid.CreateVersion7()), new UserIdentity(from, "Ada", UserKind.Account), to, null, null, null, null, MeetingKind.Video, EntryPass.None, Begin, Begin.AddSeconds(45), InvitationState.Missed);
        var call = new UnansweredCall(invitation.Id, to, new PersonView(from, "Ada"), null, null, null, CallOutcome.Missed, Begin, Begin.AddSeconds(45));
        await server.Service<IInvitationStore>().StoreAsync(new InvitationChange(invitation, call), CancellationToken.None);

        var entry = Assert.Single((await grace.GetAsync("/api/call-logs")).Items);
        var details = (await grace.GetAsync($"/api/call-logs/{entry.GetProperty("id").GetString()}")).Body;
        foreach (var body in new[] { entry, details })
        {
            Assert.Equal("missed", body.GetProperty("outcome").GetString());
            Assert.Equal(JsonValueKind.Null, body.GetProperty("meeting_code").ValueKind);
            Assert.Equal((ada.UserId, "Ada"), (body.GetProperty("caller").GetProperty("id").GetString(), body.GetProperty("caller").GetProperty("name").GetString()));
        }
    }

    [Theory]
    [InlineData("/api/meetings")]
    [InlineData("/api/call-logs")]
    public async Task A_page_has_one_to_a_hundred_items(string path)
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = await ApiClient.AccountAsync(server);
        foreach (var query in new[] { "limit=0", "limit=101", "limit=-1", "limit=", "limit=1.5", "cursor=", "cursor=x" })
        {
            var response = await client.GetAsync($"{path}?{query}");
            Assert.Equal(400, response.StatusNumber);
            Assert.Equal("validation_failed", response.Code);
        }

        Assert.Null((await client.GetAsync($"{path}?limit=100")).Text("next_cursor"));
    }

    private static async Task<(MeetingId Id, string Code)> MeetingAsync(ApiClient owner)
    {
        var meeting = await owner.CreateMeetingAsync(new { title = "Planning" });
        return (MeetingId.Parse(meeting.GetProperty("id").GetString()), meeting.GetProperty("code").GetString()!);
    }

    private static IEnumerable<string?> Texts(ApiResponse response) => response.Items.Select(item => item.GetProperty("text").GetString());
}
