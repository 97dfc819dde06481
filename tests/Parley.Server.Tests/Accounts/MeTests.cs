// GET and PATCH /api/users/me: every answer of the row.
using Microsoft.Extensions.DependencyInjection;
using Parley.Protocol;
using Parley.Server.Features.Accounts;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Accounts;

public sealed class MeTests
{
    [Fact]
    public async Task Without_a_token_there_is_no_me()
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = new ApiClient(server);
        Assert.Equal("unauthenticated", (await client.GetAsync("/api/users/me")).Code);
        Assert.Equal("unauthenticated", (await client.PatchAsync("/api/users/me", new { name = "X" })).Code);
    }

    [Theory]
    [MemberData(nameof(Auth.SignupTests.Databases), MemberType = typeof(Auth.SignupTests))]
    public async Task A_name_can_be_changed(TestDatabase database)
    {
        await using var server = await ParleyFixture.StartAsync(database);
        using var client = await ApiClient.AccountAsync(server);
        Assert.Equal("Countess", (await client.PatchAsync("/api/users/me", new { name = " Countess " })).Text("name"));
        Assert.Equal("Countess", (await client.GetAsync("/api/users/me")).Text("name"));
        Assert.Equal("validation_failed", (await client.PatchAsync("/api/users/me", new { name = "" })).Code);
        Assert.Equal("Countess", (await client.PatchAsync("/api/users/me", new { })).Text("name"));
    }

    [Theory]
    [MemberData(nameof(Auth.SignupTests.Databases), MemberType = typeof(Auth.SignupTests))]
    public async Task A_new_password_ends_the_other_sessions_and_closes_the_sockets(TestDatabase database)
    {
        var closed = new Closed();
        await using var server = await ParleyFixture.StartAsync(new ParleySetup
        {
            Database = database,
            Configure = builder => builder.Services.AddSingleton<ISessionRevocation>(closed),
        });
        using var client = await ApiClient.AccountAsync(server, email: "ada@example.org");
        using var elsewhere = new ApiClient(server);
        await elsewhere.PostAsync("/api/auth/login", new { email = "ada@example.org", password = "correct horse" });
        var changed = await client.PatchAsync("/api/users/me", new { current_password = "correct horse", new_password = "battery staple" });
        Assert.Equal(200, changed.StatusNumber);
        Assert.Equal([client.UserId], closed.Users.Select(user => user.ToString()));
        Assert.Equal(401, (await elsewhere.PostAsync("/api/auth/refresh")).StatusNumber);
        Assert.Equal(200, (await client.PostAsync("/api/auth/refresh")).StatusNumber);
        Assert.Equal(401, (await elsewhere.PostAsync("/api/auth/login", new { email = "ada@example.org", password = "correct horse" })).StatusNumber);
        Assert.Equal(200, (await elsewhere.PostAsync("/api/auth/login", new { email = "ada@example.org", password = "battery staple" })).StatusNumber);
    }

    [Fact]
    public async Task A_new_password_needs_the_current_one()
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = await ApiClient.AccountAsync(server);
        var missing = await client.PatchAsync("/api/users/me", new { new_password = "battery staple" });
        Assert.Equal("validation_failed", missing.Code);
        Assert.True(missing.Body.GetProperty("errors").TryGetProperty("current_password", out _));
        var wrong = await client.PatchAsync("/api/users/me", new { name = "Changed", current_password = "wrong horse", new_password = "battery staple" });
        Assert.Equal(403, wrong.StatusNumber);
        Assert.Equal("wrong_password", wrong.Code);
        Assert.Equal("Ada Lovelace", (await client.GetAsync("/api/users/me")).Text("name"));
        Assert.Equal("validation_failed", (await client.PatchAsync("/api/users/me", new { current_password = "correct horse", new_password = "short" })).Code);
    }

    [Fact]
    public async Task A_guest_has_no_password_to_change()
    {
        await using var server = await ParleyFixture.StartAsync();
        using var guest = await ApiClient.GuestAsync(server);
        Assert.Equal("validation_failed", (await guest.PatchAsync("/api/users/me", new { current_password = "x", new_password = "battery staple" })).Code);
        Assert.Equal("Grace", (await guest.PatchAsync("/api/users/me", new { name = "Grace" })).Text("name"));
    }

    private sealed class Closed : ISessionRevocation
    {
        public List<UserId> Users { get; } = [];

        public Task CloseUserAsync(UserId user, CancellationToken cancellation)
        {
            Users.Add(user);
            return Task.CompletedTask;
        }

        public Task RemoveUserAsync(UserId user, CancellationToken cancellation) =>
            throw new InvalidOperationException("A new password takes nobody out of a room.");
    }
}
