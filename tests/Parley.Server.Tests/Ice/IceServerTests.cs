// GET /api/ice-servers: the configured servers, and TURN with credentials that end.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Ice;

public sealed class IceServerTests
{
    [Fact]
    public async Task Nothing_configured_is_an_empty_list()
    {
        await using var server = await ParleyFixture.StartAsync();
        using var guest = await ApiClient.GuestAsync(server);
        var response = await guest.GetAsync("/api/ice-servers");
        Assert.Empty(response.Body.GetProperty("ice_servers").EnumerateArray());
        Assert.Equal(3600, response.Body.GetProperty("ttl_seconds").GetInt32());
        using var nobody = new ApiClient(server);
        Assert.Equal("unauthenticated", (await nobody.GetAsync("/api/ice-servers")).Code);
    }

    [Fact]
    public async Task Turn_credentials_are_the_hmac_of_their_end_and_user()
    {
        var clock = new ManualClock();
        await using var server = await ParleyFixture.StartAsync(new ParleySetup
        {
            Clock = clock,
            Settings = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Parley:Ice:Servers:0:Urls:0"] = "stun:stun.example.org",
                ["Parley:Ice:Servers:1:Urls"] = "turn:fixed.example.org, turns:fixed.example.org",
                ["Parley:Ice:Servers:1:Username"] = "user",
                ["Parley:Ice:Servers:1:Credential"] = "secret",
                ["Parley:Ice:TurnUrls:0"] = "turn:turn.example.org?transport=udp",
                ["Parley:Ice:TurnSecret"] = "shared with coturn",
                ["Parley:Ice:TurnTtlSeconds"] = "600",
            },
        });
        using var guest = await ApiClient.GuestAsync(server);
        var response = await guest.GetAsync("/api/ice-servers");
        var servers = response.Body.GetProperty("ice_servers").EnumerateArray().ToList();
        Assert.Equal(3, servers.Count);
        Assert.Equal(["urls"], servers[0].EnumerateObject().Select(field => field.Name));
        Assert.Equal(2, servers[1].GetProperty("urls").GetArrayLength());
        Assert.Equal("secret", servers[1].GetProperty("credential").GetString());
        Assert.Equal(600, response.Body.GetProperty("ttl_seconds").GetInt32());
        var username = servers[2].GetProperty("username").GetString()!;
        Assert.Equal(guest.UserId, username.Split(':')[1]);
        Assert.Equal(clock.GetUtcNow().ToUnixTimeSeconds() + 600, long.Parse(username.Split(':')[0], CultureInfo.InvariantCulture));
#pragma warning disable CA5350
        var expected = Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes("shared with coturn"), Encoding.UTF8.GetBytes(username)));
#pragma warning restore CA5350
        Assert.Equal(expected, servers[2].GetProperty("credential").GetString());
    }
}
