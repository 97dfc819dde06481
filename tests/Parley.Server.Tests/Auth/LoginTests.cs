// POST /api/auth/login, guest and logout: every answer of their rows.
using Parley.Data;
using Parley.Protocol;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Auth;

public sealed class LoginTests
{
    public static TheoryData<TestDatabase> Databases => [TestDatabase.Sqlite, TestDatabase.Postgres];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task An_account_signs_in_whatever_the_case_of_its_address(TestDatabase database)
    {
        await using var server = await ParleyFixture.StartAsync(database);
        using var owner = await ApiClient.AccountAsync(server, email: "ada@example.org");
        using var client = new ApiClient(server);
        var response = await client.PostAsync("/api/auth/login", new { email = "ADA@example.org", password = "correct horse" });
        Assert.Equal(200, response.StatusNumber);
        Assert.Equal(owner.UserId, response.Body.GetProperty("user").GetProperty("id").GetString());
        Assert.Contains("parley_refresh", response.SetCookies.Keys);
    }

    [Theory]
    [InlineData("ada@example.org", "wrong horse")]
    [InlineData("nobody@example.org", "correct horse")]
    [InlineData("not an address", "correct horse")]
    public async Task Wrong_credentials_are_answered_alike(string email, string password)
    {
        await using var server = await ParleyFixture.StartAsync();
        using var owner = await ApiClient.AccountAsync(server, email: "ada@example.org");
        using var client = new ApiClient(server);
        var response = await client.PostAsync("/api/auth/login", new { email, password });
        Assert.Equal(401, response.StatusNumber);
        Assert.Equal("invalid_credentials", response.Code);
        Assert.Empty(response.SetCookies);
    }

    [Fact]
    public async Task A_disabled_account_cannot_sign_in_and_its_tokens_are_refused()
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = await ApiClient.AccountAsync(server, email: "ada@example.org");
        await server.Service<AccountStore>().DisableAsync(UserId.Parse(client.UserId), DateTimeOffset.UtcNow);
        Assert.Equal("unauthenticated", (await client.GetAsync("/api/users/me")).Code);
        Assert.Equal("invalid_refresh_token", (await client.PostAsync("/api/auth/refresh")).Code);
        Assert.Equal("invalid_credentials", (await client.PostAsync("/api/auth/login", new { email = "ada@example.org", password = "correct horse" })).Code);
    }

    [Fact]
    public async Task Missing_fields_are_named()
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = new ApiClient(server);
        var response = await client.PostAsync("/api/auth/login", new { email = "" });
        Assert.Equal("validation_failed", response.Code);
        Assert.Equal(2, response.Body.GetProperty("errors").EnumerateObject().Count());
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_guest_has_only_a_name(TestDatabase database)
    {
        await using var server = await ParleyFixture.StartAsync(database);
        using var guest = await ApiClient.GuestAsync(server, "Grace");
        Assert.True(guest.User.GetProperty("guest").GetBoolean());
        Assert.False(guest.User.TryGetProperty("email", out _));
        var me = await guest.GetAsync("/api/users/me");
        Assert.Equal("Grace", me.Text("name"));
        Assert.True(guest.Cookies.ContainsKey("parley_refresh"));
    }

    [Fact]
    public async Task A_guest_needs_a_name()
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = new ApiClient(server);
        var response = await client.PostAsync("/api/auth/guest", new { name = " " });
        Assert.Equal("validation_failed", response.Code);
        Assert.True(response.Body.GetProperty("errors").TryGetProperty("name", out _));
    }

    [Fact]
    public async Task Guests_can_be_switched_off()
    {
        await using var server = await ParleyFixture.StartAsync(("Parley:Auth:AllowGuests", "false"));
        using var client = new ApiClient(server);
        var response = await client.PostAsync("/api/auth/guest", new { name = "Grace" });
        Assert.Equal(403, response.StatusNumber);
        Assert.Equal("guests_disabled", response.Code);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Signing_out_revokes_the_session(TestDatabase database)
    {
        await using var server = await ParleyFixture.StartAsync(database);
        using var client = await ApiClient.AccountAsync(server);
        var cookie = client.Cookies["parley_refresh"];
        Assert.Equal(204, (await client.PostAsync("/api/auth/logout")).StatusNumber);
        Assert.False(client.Cookies.ContainsKey("parley_refresh"));
        client.Cookies["parley_refresh"] = cookie;
        Assert.Equal("invalid_refresh_token", (await client.PostAsync("/api/auth/refresh")).Code);
    }

    [Fact]
    public async Task Signing_out_without_a_session_is_no_error()
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = new ApiClient(server);
        Assert.Equal(204, (await client.PostAsync("/api/auth/logout")).StatusNumber);
    }
}
