// GET /api/users?q=: every answer of the row.
using Microsoft.Extensions.DependencyInjection;
using Parley.Protocol;
using Parley.Server.Features.Accounts;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Accounts;

public sealed class DirectoryTests
{
    [Theory]
    [MemberData(nameof(Auth.SignupTests.Databases), MemberType = typeof(Auth.SignupTests))]
    public async Task Accounts_are_found_by_a_part_of_their_name_without_oneself_and_without_addresses(TestDatabase database)
    {
        var presence = new Present();
        await using var server = await ParleyFixture.StartAsync(new ParleySetup
        {
            Database = database,
            Configure = builder => builder.Services.AddSingleton<IPresence>(presence),
        });
        using var me = await ApiClient.AccountAsync(server, "Grace Hopper");
        using var grace = await ApiClient.AccountAsync(server, "GRACE Kelly");
        using var other = await ApiClient.AccountAsync(server, "Ada Lovelace");
        using var guest = await ApiClient.GuestAsync(server, "Grace Guest");
        presence.Online = UserId.Parse(grace.UserId);
        var found = Assert.Single((await me.GetAsync("/api/users?q=graCE")).Items);
        Assert.Equal(["id", "name", "online"], found.EnumerateObject().Select(field => field.Name));
        Assert.Equal(grace.UserId, found.GetProperty("id").GetString());
        Assert.True(found.GetProperty("online").GetBoolean());
        Assert.Empty((await me.GetAsync("/api/users?q=%25%25")).Items);
    }

    [Fact]
    public async Task The_directory_is_for_accounts()
    {
        await using var server = await ParleyFixture.StartAsync();
        using var guest = await ApiClient.GuestAsync(server);
        using var nobody = new ApiClient(server);
        Assert.Equal(403, (await guest.GetAsync("/api/users?q=ada")).StatusNumber);
        Assert.Equal("forbidden", (await guest.GetAsync("/api/users?q=ada")).Code);
        Assert.Equal(401, (await nobody.GetAsync("/api/users?q=ada")).StatusNumber);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?q=a")]
    [InlineData("?q=%20a%20")]
    [InlineData("?q=ada&limit=0")]
    [InlineData("?q=ada&limit=101")]
    [InlineData("?q=ada&limit=x")]
    [InlineData("?q=ada&cursor=x")]
    public async Task A_search_needs_two_characters_and_a_good_page(string query)
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = await ApiClient.AccountAsync(server);
        var response = await client.GetAsync($"/api/users{query}");
        Assert.Equal(400, response.StatusNumber);
        Assert.Equal("validation_failed", response.Code);
    }

    private sealed class Present : IPresence
    {
        public UserId Online { get; set; }

        public bool IsOnline(UserId user) => user == Online;
    }
}
