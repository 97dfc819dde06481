// What supervisors and load balancers see.
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Operations;

public sealed class HealthTests
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task A_started_server_is_healthy(string path)
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = server.CreateClient();
        using var response = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("ok", body.GetProperty("status").GetString());
    }
}
