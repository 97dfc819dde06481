// POST /api/meetings/{code}/validate: its errors in their order.
using Microsoft.Extensions.DependencyInjection;
using Parley.Protocol;
using Parley.Server.Features.Meetings;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Meetings;

public sealed class ValidateTests
{
    private readonly FakeRunningRooms _rooms = new();

    private Task<ParleyFixture> StartAsync(TestDatabase database = TestDatabase.Sqlite) =>
        ParleyFixture.StartAsync(new ParleySetup { Database = database, Configure = builder => builder.Services.AddSingleton<IRunningRooms>(_rooms) });

    [Theory]
    [InlineData("sesame", 200, null)]
    [InlineData("Sesame", 403, "wrong_password")]
    [InlineData(null, 403, "wrong_password")]
    [InlineData("", 403, "wrong_password")]
    public async Task The_password_must_be_right(string? password, int status, string? code)
    {
        await using var server = await StartAsync();
        using var owner = await ApiClient.AccountAsync(server);
        using var nobody = new ApiClient(server);
        var path = $"/api/meetings/{(await owner.CreateMeetingAsync(new { password = "sesame" })).GetProperty("code").GetString()}/validate";
        var response = await nobody.PostAsync(path, new { password });
        Assert.Equal(status, response.StatusNumber);
        Assert.Equal(code, response.Code);
        if (status == 200)
            Assert.True(response.Body.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task Without_a_password_and_without_a_body_one_comes_in()
    {
        await using var server = await StartAsync();
        using var owner = await ApiClient.AccountAsync(server);
        using var nobody = new ApiClient(server);
        var path = $"/api/meetings/{(await owner.CreateMeetingAsync()).GetProperty("code").GetString()}/validate";
        Assert.Equal(200, (await nobody.PostAsync(path)).StatusNumber);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite, true, true, "wrong", 403, "wrong_password")]
    [InlineData(TestDatabase.Sqlite, true, true, "sesame", 423, "room_locked")]
    [InlineData(TestDatabase.Sqlite, false, true, "sesame", 409, "room_full")]
    [InlineData(TestDatabase.Sqlite, false, false, "sesame", 200, null)]
    [InlineData(TestDatabase.Postgres, true, true, "wrong", 403, "wrong_password")]
    [InlineData(TestDatabase.Postgres, false, false, "sesame", 200, null)]
    public async Task The_password_is_judged_before_the_lock_and_the_lock_before_the_room(TestDatabase database, bool locked, bool full, string password, int status, string? code)
    {
        await using var server = await StartAsync(database);
        using var owner = await ApiClient.AccountAsync(server);
        using var nobody = new ApiClient(server);
        var meeting = await owner.CreateMeetingAsync(new { password = "sesame" });
        _rooms.Running[MeetingId.Parse(meeting.GetProperty("id").GetString())] = FakeRunningRooms.Room(default, locked, full);
        var response = await nobody.PostAsync($"/api/meetings/{meeting.GetProperty("code").GetString()}/validate", new { password });
        Assert.Equal(status, response.StatusNumber);
        Assert.Equal(code, response.Code);
    }

    [Theory]
    [InlineData(true, false, 200, null)]
    [InlineData(true, true, 409, "room_full")]
    public async Task The_owner_needs_no_password_and_passes_a_lock_but_not_the_capacity(bool locked, bool full, int status, string? code)
    {
        await using var server = await StartAsync();
        using var owner = await ApiClient.AccountAsync(server);
        var meeting = await owner.CreateMeetingAsync(new { password = "sesame" });
        _rooms.Running[MeetingId.Parse(meeting.GetProperty("id").GetString())] = FakeRunningRooms.Room(default, locked, full);
        var response = await owner.PostAsync($"/api/meetings/{meeting.GetProperty("code").GetString()}/validate", new { });
        Assert.Equal(status, response.StatusNumber);
        Assert.Equal(code, response.Code);
    }
}
