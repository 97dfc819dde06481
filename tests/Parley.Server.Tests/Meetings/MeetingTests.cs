// POST, GET, PATCH, DELETE of /api/meetings and its end: every answer of their rows.
using Microsoft.Extensions.DependencyInjection;
using Parley.Protocol;
using Parley.Server.Features.Meetings;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Meetings;

public sealed class MeetingTests
{
    private readonly FakeRunningRooms _rooms = new();

    public static TheoryData<TestDatabase> Databases => [TestDatabase.Sqlite, TestDatabase.Postgres];

    private Task<ParleyFixture> StartAsync(TestDatabase database = TestDatabase.Sqlite) => ParleyFixture.StartAsync(new ParleySetup
    {
        Database = database,
        Configure = builder => builder.Services.AddSingleton<IRunningRooms>(_rooms),
    });

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_meeting_has_the_defaults_of_the_contract(TestDatabase database)
    {
        await using var server = await StartAsync(database);
        using var client = await ApiClient.AccountAsync(server);
        var meeting = await client.CreateMeetingAsync();
        Assert.Equal(
            ["id", "code", "title", "kind", "lobby", "requires_password", "max_participants", "host_id", "state", "created_at", "started_at", "ended_at", "join_url"],
            meeting.EnumerateObject().Select(field => field.Name));
        Assert.Matches("^[a-z]{3}-[a-z]{4}-[a-z]{3}$", meeting.GetProperty("code").GetString());
        Assert.Equal("video", meeting.GetProperty("kind").GetString());
        Assert.True(meeting.GetProperty("lobby").GetBoolean());
        Assert.False(meeting.GetProperty("requires_password").GetBoolean());
        Assert.Equal(100, meeting.GetProperty("max_participants").GetInt32());
        Assert.Equal(client.UserId, meeting.GetProperty("host_id").GetString());
        Assert.Equal("created", meeting.GetProperty("state").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, meeting.GetProperty("started_at").ValueKind);
        Assert.Equal($"{server.Address.GetLeftPart(UriPartial.Authority)}/{meeting.GetProperty("code").GetString()}", meeting.GetProperty("join_url").GetString());
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_meeting_takes_what_is_asked(TestDatabase database)
    {
        await using var server = await StartAsync(database);
        using var guest = await ApiClient.GuestAsync(server);
        var meeting = await guest.CreateMeetingAsync(new { title = " Stand-up ", password = "sesame", lobby = false, kind = "data", max_participants = 2 });
        Assert.Equal("Stand-up", meeting.GetProperty("title").GetString());
        Assert.Equal("data", meeting.GetProperty("kind").GetString());
        Assert.False(meeting.GetProperty("lobby").GetBoolean());
        Assert.True(meeting.GetProperty("requires_password").GetBoolean());
        Assert.Equal(2, meeting.GetProperty("max_participants").GetInt32());
    }

    [Theory]
    [InlineData("""{"max_participants":1}""", "max_participants")]
    [InlineData("""{"max_participants":501}""", "max_participants")]
    [InlineData("""{"max_participants":"10"}""", "max_participants")]
    [InlineData("""{"kind":"hologram"}""", "kind")]
    [InlineData("""{"lobby":"yes"}""", "lobby")]
    [InlineData("""{"password":"  "}""", "password")]
    [InlineData("""{"title":7}""", "title")]
    public async Task A_wrong_field_is_named(string body, string field)
    {
        await using var server = await StartAsync();
        using var client = await ApiClient.AccountAsync(server);
        var response = await client.PostTextAsync("/api/meetings", body);
        Assert.Equal("validation_failed", response.Code);
        Assert.Equal(field, Assert.Single(response.Body.GetProperty("errors").EnumerateObject()).Name);
    }

    [Fact]
    public async Task A_meeting_needs_somebody_who_makes_it()
    {
        await using var server = await StartAsync();
        using var client = new ApiClient(server);
        Assert.Equal("unauthenticated", (await client.PostAsync("/api/meetings", new { })).Code);
        Assert.Equal("unauthenticated", (await client.GetAsync("/api/meetings")).Code);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Ones_own_meetings_come_page_by_page_newest_first(TestDatabase database)
    {
        await using var server = await StartAsync(database);
        using var client = await ApiClient.AccountAsync(server);
        using var other = await ApiClient.AccountAsync(server);
        await other.CreateMeetingAsync();
        var made = new List<(string CreatedAt, string Id, string Code)>();
        for (var i = 0; i < 5; i++)
        {
            var meeting = await client.CreateMeetingAsync();
            made.Add((meeting.GetProperty("created_at").GetString()!, meeting.GetProperty("id").GetString()!, meeting.GetProperty("code").GetString()!));
        }

        var listed = new List<string>();
        string? cursor = null;
        do
        {
            var page = await client.GetAsync($"/api/meetings?limit=2{(cursor is null ? string.Empty : $"&cursor={cursor}")}");
            Assert.InRange(page.Items.Count, 1, 2);
            listed.AddRange(page.Items.Select(item => item.GetProperty("code").GetString()!));
            cursor = page.Text("next_cursor");
        }
        while (cursor is not null);
        // Two may be made within one millisecond: then the id decides.
        var newestFirst = made.OrderByDescending(m => m.CreatedAt, StringComparer.Ordinal).ThenByDescending(m => m.Id, StringComparer.Ordinal);
        Assert.Equal(newestFirst.Select(m => m.Code), listed);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Anybody_with_the_code_sees_the_public_view(TestDatabase database)
    {
        await using var server = await StartAsync(database);
        using var owner = await ApiClient.AccountAsync(server, "Owner");
        using var nobody = new ApiClient(server);
        var meeting = await owner.CreateMeetingAsync(new { title = "Planning", password = "sesame" });
        var code = meeting.GetProperty("code").GetString()!;
        var view = await nobody.GetAsync($"/api/meetings/{code}");
        Assert.Equal(
            ["code", "title", "kind", "state", "host_name", "lobby", "requires_password", "participant_count"],
            view.Body.EnumerateObject().Select(field => field.Name));
        Assert.Equal("Owner", view.Text("host_name"));
        Assert.Equal(0, view.Body.GetProperty("participant_count").GetInt32());
        _rooms.Running[MeetingId.Parse(meeting.GetProperty("id").GetString())] = FakeRunningRooms.Room(UserId.Parse(owner.UserId));
        var running = await nobody.GetAsync($"/api/meetings/{code.ToUpperInvariant().Replace("-", string.Empty, StringComparison.Ordinal)}");
        Assert.Equal("active", running.Text("state"));
        Assert.Equal("Running Host", running.Text("host_name"));
        Assert.Equal(3, running.Body.GetProperty("participant_count").GetInt32());
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/end")]
    [InlineData("POST", "/validate")]
    [InlineData("GET", "/messages")]
    [InlineData("GET", "/attendance")]
    public async Task A_code_that_nobody_has_is_not_found(string method, string path)
    {
        await using var server = await StartAsync();
        using var client = await ApiClient.AccountAsync(server);
        foreach (var code in new[] { "abc-defg-hij", "nonsense" })
        {
            var response = await client.SendAsync(new HttpMethod(method), $"/api/meetings/{code}{path}", method is "GET" or "DELETE" ? null : new { });
            Assert.Equal(404, response.StatusNumber);
            Assert.Equal("meeting_not_found", response.Code);
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task The_owner_changes_a_meeting_and_its_running_room_hears_of_it(TestDatabase database)
    {
        await using var server = await StartAsync(database);
        using var owner = await ApiClient.AccountAsync(server);
        var meeting = await owner.CreateMeetingAsync(new { title = "Before", password = "sesame" });
        var path = $"/api/meetings/{meeting.GetProperty("code").GetString()}";
        var changed = await owner.PatchAsync(path, new { title = "After", lobby = false, max_participants = 7 });
        Assert.Equal(200, changed.StatusNumber);
        Assert.Equal("After", changed.Text("title"));
        Assert.True(changed.Body.GetProperty("requires_password").GetBoolean());
        var told = Assert.Single(_rooms.Changes);
        Assert.Equal(("After", false, 7), (told.Title, told.Lobby, told.MaxParticipants));
        using var cleared = new StringContent("""{"title":null,"password":null}""", System.Text.Encoding.UTF8, "application/json");
        var after = await owner.SendAsync(HttpMethod.Patch, path, cleared);
        Assert.Null(after.Text("title"));
        Assert.False(after.Body.GetProperty("requires_password").GetBoolean());
        Assert.Equal(7, after.Body.GetProperty("max_participants").GetInt32());
        Assert.Equal("validation_failed", (await owner.PatchAsync(path, new { max_participants = 1 })).Code);
    }

    [Theory]
    [InlineData("PATCH", "", "not_host")]
    [InlineData("POST", "/end", "not_host")]
    [InlineData("GET", "/attendance", "not_host")]
    [InlineData("DELETE", "", "not_owner")]
    [InlineData("GET", "/messages", "not_a_participant")]
    public async Task A_stranger_may_not(string method, string path, string code)
    {
        await using var server = await StartAsync();
        using var owner = await ApiClient.AccountAsync(server);
        using var stranger = await ApiClient.AccountAsync(server);
        using var nobody = new ApiClient(server);
        var address = $"/api/meetings/{(await owner.CreateMeetingAsync()).GetProperty("code").GetString()}{path}";
        object? body = method is "GET" or "DELETE" ? null : new { };
        var response = await stranger.SendAsync(new HttpMethod(method), address, body);
        Assert.Equal(403, response.StatusNumber);
        Assert.Equal(code, response.Code);
        Assert.Equal("unauthenticated", (await nobody.SendAsync(new HttpMethod(method), address, body)).Code);
    }

    [Fact]
    public async Task The_running_rooms_host_has_the_hosts_rights_but_does_not_own_the_meeting()
    {
        await using var server = await StartAsync();
        using var owner = await ApiClient.AccountAsync(server);
        using var host = await ApiClient.GuestAsync(server);
        var meeting = await owner.CreateMeetingAsync();
        var id = MeetingId.Parse(meeting.GetProperty("id").GetString());
        var path = $"/api/meetings/{meeting.GetProperty("code").GetString()}";
        _rooms.Running[id] = FakeRunningRooms.Room(UserId.Parse(host.UserId));
        Assert.Equal(200, (await host.PatchAsync(path, new { title = "Mine now" })).StatusNumber);
        Assert.Equal(200, (await host.GetAsync($"{path}/attendance")).StatusNumber);
        Assert.Equal("not_owner", (await host.DeleteAsync(path)).Code);
        Assert.Equal("ended", (await host.PostAsync($"{path}/end")).Text("state"));
        Assert.Equal((id, "host_ended"), Assert.Single(_rooms.Ended));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_meeting_ends_once(TestDatabase database)
    {
        await using var server = await StartAsync(database);
        using var owner = await ApiClient.AccountAsync(server);
        var path = $"/api/meetings/{(await owner.CreateMeetingAsync()).GetProperty("code").GetString()}";
        var ended = await owner.PostAsync($"{path}/end");
        Assert.Equal(200, ended.StatusNumber);
        Assert.Equal("ended", ended.Text("state"));
        Assert.NotNull(ended.Text("ended_at"));
        foreach (var response in new[] { await owner.PostAsync($"{path}/end"), await owner.PatchAsync(path, new { title = "x" }), await owner.PostAsync($"{path}/validate") })
        {
            Assert.Equal(410, response.StatusNumber);
            Assert.Equal("meeting_ended", response.Code);
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task The_owner_deletes_a_meeting_and_its_running_room_ends_first(TestDatabase database)
    {
        await using var server = await StartAsync(database);
        using var owner = await ApiClient.AccountAsync(server);
        var meeting = await owner.CreateMeetingAsync();
        var id = MeetingId.Parse(meeting.GetProperty("id").GetString());
        var path = $"/api/meetings/{meeting.GetProperty("code").GetString()}";
        _rooms.Running[id] = FakeRunningRooms.Room(UserId.Parse(owner.UserId));
        Assert.Equal(204, (await owner.DeleteAsync(path)).StatusNumber);
        Assert.Equal((id, "deleted"), Assert.Single(_rooms.Ended));
        Assert.Equal("meeting_not_found", (await owner.GetAsync(path)).Code);
    }

    [Theory]
    [InlineData("https://meet.example.org", null, null, "meet.example.org", "https://meet.example.org/")]
    [InlineData(null, "https://app.example.org", "https://app.example.org", "127.0.0.1", "https://app.example.org/")]
    [InlineData(null, "https://app.example.org", null, "evil.example", null)]
    [InlineData(null, null, null, "parley.lan:5000", "http://parley.lan:5000/")]
    public async Task The_link_leads_where_people_reach_the_server(string? publicUrl, string? allowed, string? origin, string host, string? expected)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        if (publicUrl is not null)
            settings["Parley:Http:PublicUrl"] = publicUrl;
        if (allowed is not null)
            settings["Parley:Http:AllowedOrigins"] = allowed;
        await using var server = await ParleyFixture.StartAsync(new ParleySetup { Settings = settings });
        using var client = await ApiClient.AccountAsync(server);
        client.Headers.Host = host;
        if (origin is not null)
            client.Headers.Add("Origin", origin);
        var meeting = await client.CreateMeetingAsync();
        var link = meeting.GetProperty("join_url").GetString();
        Assert.Equal(expected is null ? null : expected + meeting.GetProperty("code").GetString(), link);
    }
}
