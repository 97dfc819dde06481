// POST /api/auth/refresh: rotation, repeats of a lost answer, and re-use.
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Auth;

public sealed class RefreshTests
{
    private const string Cookie = "parley_refresh";

    public static TheoryData<TestDatabase> Databases => [TestDatabase.Sqlite, TestDatabase.Postgres];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_refresh_rotates_the_cookie_and_answers_a_session(TestDatabase database)
    {
        await using var server = await ParleyFixture.StartAsync(database);
        using var client = await ApiClient.AccountAsync(server);
        var first = client.Cookies[Cookie];
        var response = await client.PostAsync("/api/auth/refresh");
        Assert.Equal(200, response.StatusNumber);
        Assert.NotEqual(first, client.Cookies[Cookie]);
        Assert.Equal(client.UserId, response.Body.GetProperty("user").GetProperty("id").GetString());
        client.Token = response.Text("token");
        Assert.Equal(200, (await client.GetAsync("/api/users/me")).StatusNumber);
        Assert.Equal(200, (await client.PostAsync("/api/auth/refresh")).StatusNumber);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task The_same_attempt_gets_the_same_successor(TestDatabase database)
    {
        await using var server = await ParleyFixture.StartAsync(database);
        using var client = await ApiClient.AccountAsync(server);
        var first = client.Cookies[Cookie];
        await client.PostAsync("/api/auth/refresh", new { attempt = "one" });
        var successor = client.Cookies[Cookie];
        client.Cookies[Cookie] = first;
        Assert.Equal(200, (await client.PostAsync("/api/auth/refresh", new { attempt = "one" })).StatusNumber);
        Assert.Equal(successor, client.Cookies[Cookie]);
        Assert.Equal(200, (await client.PostAsync("/api/auth/refresh", new { attempt = "two" })).StatusNumber);
    }

    [Theory]
    [InlineData("one", "two")]
    [InlineData("one", null)]
    [InlineData(null, null)]
    [InlineData(null, "one")]
    public async Task Any_other_reuse_revokes_the_family(string? attempt, string? later)
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = await ApiClient.AccountAsync(server);
        var first = client.Cookies[Cookie];
        await client.PostAsync("/api/auth/refresh", new { attempt });
        var successor = client.Cookies[Cookie];
        client.Cookies[Cookie] = first;
        var reuse = await client.PostAsync("/api/auth/refresh", new { attempt = later });
        Assert.Equal(401, reuse.StatusNumber);
        Assert.Equal("invalid_refresh_token", reuse.Code);
        client.Cookies[Cookie] = successor;
        Assert.Equal(401, (await client.PostAsync("/api/auth/refresh")).StatusNumber);
        // Access tokens live their 15 minutes out.
        Assert.Equal(200, (await client.GetAsync("/api/users/me")).StatusNumber);
    }

    [Fact]
    public async Task A_repeat_after_a_minute_is_a_reuse()
    {
        var clock = new ManualClock();
        await using var server = await ParleyFixture.StartAsync(new ParleySetup { Clock = clock });
        using var client = await ApiClient.AccountAsync(server);
        var first = client.Cookies[Cookie];
        await client.PostAsync("/api/auth/refresh", new { attempt = "one" });
        clock.Advance(TimeSpan.FromSeconds(59));
        client.Cookies[Cookie] = first;
        Assert.Equal(200, (await client.PostAsync("/api/auth/refresh", new { attempt = "one" })).StatusNumber);
        clock.Advance(TimeSpan.FromSeconds(2));
        client.Cookies[Cookie] = first;
        Assert.Equal(401, (await client.PostAsync("/api/auth/refresh", new { attempt = "one" })).StatusNumber);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Many_at_once_with_one_attempt_get_one_successor(TestDatabase database)
    {
        await using var server = await ParleyFixture.StartAsync(database);
        using var owner = await ApiClient.AccountAsync(server);
        var cookie = owner.Cookies[Cookie];
        var successors = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            using var tab = new ApiClient(server);
            tab.Cookies[Cookie] = cookie;
            var response = await tab.PostAsync("/api/auth/refresh", new { attempt = "tabs" });
            Assert.Equal(200, response.StatusNumber);
            return tab.Cookies[Cookie];
        }));
        Assert.Single(successors.Distinct(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Of_many_at_once_without_an_attempt_at_most_one_is_served(TestDatabase database)
    {
        await using var server = await ParleyFixture.StartAsync(database);
        using var owner = await ApiClient.AccountAsync(server);
        var cookie = owner.Cookies[Cookie];
        var statuses = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var thief = new ApiClient(server);
            thief.Cookies[Cookie] = cookie;
            return (await thief.PostAsync("/api/auth/refresh")).StatusNumber;
        }));
        Assert.Equal(1, statuses.Count(status => status == 200));
        Assert.Equal(7, statuses.Count(status => status == 401));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    public async Task Without_a_good_cookie_there_is_no_session(string? cookie)
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = new ApiClient(server);
        if (cookie is not null)
            client.Cookies[Cookie] = cookie;
        var response = await client.PostAsync("/api/auth/refresh");
        Assert.Equal(401, response.StatusNumber);
        Assert.Equal("invalid_refresh_token", response.Code);
    }

    [Fact]
    public async Task A_guest_lives_a_day_by_refreshing()
    {
        var clock = new ManualClock();
        await using var server = await ParleyFixture.StartAsync(new ParleySetup { Clock = clock });
        using var guest = await ApiClient.GuestAsync(server);
        for (var hour = 0; hour < 23; hour++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            var response = await guest.PostAsync("/api/auth/refresh");
            Assert.Equal(200, response.StatusNumber);
            guest.Token = response.Text("token");
        }

        Assert.Equal(200, (await guest.GetAsync("/api/users/me")).StatusNumber);
        clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(401, (await guest.GetAsync("/api/users/me")).StatusNumber);
        Assert.Equal(401, (await guest.PostAsync("/api/auth/refresh")).StatusNumber);
    }

    [Fact]
    public async Task Sessions_outlive_a_restart_of_the_server()
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = await ApiClient.AccountAsync(server);
        await server.RestartServerAsync();
        Assert.Equal(200, (await client.GetAsync("/api/users/me")).StatusNumber);
        Assert.Equal(200, (await client.PostAsync("/api/auth/refresh")).StatusNumber);
    }
}
