// GET /metrics: who may read it, and what it holds.
using System.Net;
using System.Text.RegularExpressions;
using Parley.Protocol;
using Parley.Server.Operations.Metrics;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Operations;

public sealed partial class MetricsTests
{
    [Fact]
    public async Task This_machine_reads_the_metrics_in_prometheus_form()
    {
        await using var server = await ParleyFixture.StartAsync();
        using var api = await ApiClient.GuestAsync(server);
        var metrics = server.Service<ParleyMetrics>();
        metrics.ConnectionOpened();
        metrics.JoinAnswered("joined", TimeSpan.FromMilliseconds(3));
        metrics.JoinAnswered("joined", TimeSpan.FromSeconds(20));
        Assert.Throws<InvalidOperationException>(static void () => throw new InvalidOperationException("counted"));
        using var client = server.CreateClient();
        using var response = await client.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync();
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Matches(Line(), line));
        Assert.Contains("parley_connections 1\n", text, StringComparison.Ordinal);
        Assert.Contains("parley_joins_total{outcome=\"joined\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("parley_join_duration_seconds_bucket{outcome=\"joined\",le=\"0.005\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("parley_join_duration_seconds_bucket{outcome=\"joined\",le=\"+Inf\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("parley_sign_ins_total{outcome=\"guest\"} 1\n", text, StringComparison.Ordinal);
        foreach (var name in new[] { "http_server_request_duration_seconds_bucket", "kestrel_active_connections", "dotnet_gc_collections_total", "dotnet_thread_pool_thread_count", "dotnet_exceptions_total", "parley_database_available" })
            Assert.Contains(name, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reported_statistics_and_those_who_never_came_back_are_counted()
    {
        await using var stage = await Stage.AloneAsync(new ParleySetup
        {
            Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Parley:Rooms:ReconnectSeconds"] = "1" },
        });
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Gus");
        await guest.Client.RequestAsync<Ack>(new ReportStats(new RawJson("[]"u8.ToArray())));
        guest.Client.Abort();
        Assert.Equal("timeout", (await host.Client.WaitForAsync<ParticipantLeft>()).Reason);
        using var client = stage.Server.CreateClient();
        var text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("parley_stats_reports_total 1\n", text, StringComparison.Ordinal);
        Assert.Contains("parley_participants_timed_out_total 1\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "203.0.113.7", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1", "203.0.113.7", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1", "127.0.0.1, 203.0.113.7", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1", "203.0.113.7, 192.0.2.55", HttpStatusCode.OK)]
    public async Task Nobody_else_reads_them_whatever_they_claim(string? proxy, string forwarded, HttpStatusCode status)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Parley:Metrics:AllowedAddresses"] = "192.0.2.0/24" };
        if (proxy is not null)
            settings["Parley:Http:KnownProxies"] = proxy;
        await using var server = await ParleyFixture.StartAsync(new ParleySetup { Settings = settings });
        using var client = server.CreateClient();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", forwarded);
        using var response = await client.GetAsync("/metrics");
        Assert.Equal(status, response.StatusCode);
    }

    [GeneratedRegex("""^(# (HELP|TYPE) [a-z_0-9]+ .+|[a-z_0-9]+(\{[a-z_0-9]+="[^"]*"(,[a-z_0-9]+="[^"]*")*\})? (-?[0-9.E+-]+|NaN))$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
