// What the web side answers besides REST: headers, errors of HTTP itself, pages, origins.
using System.Net;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Operations;

public sealed class WebTests
{
    [Theory]
    [InlineData("GET", "/api/nothing", 404, "not_found")]
    [InlineData("GET", "/ws/nothing", 404, "not_found")]
    [InlineData("GET", "/health/nothing", 404, "not_found")]
    [InlineData("GET", "/openapi/v9.json", 404, "not_found")]
    [InlineData("GET", "/nothing.txt", 404, "not_found")]
    [InlineData("PUT", "/api/users/me", 405, "method_not_allowed")]
    [InlineData("GET", "/api/auth/login", 405, "method_not_allowed")]
    public async Task What_is_not_there_is_a_problem(string method, string path, int status, string code)
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = new ApiClient(server);
        var response = await client.SendAsync(new HttpMethod(method), path);
        Assert.Equal(status, response.StatusNumber);
        if (!path.StartsWith("/health", StringComparison.Ordinal))
            Assert.Equal(code, response.Code);
    }

    [Theory]
    [InlineData("{", "bad_request")]
    [InlineData("[]", "bad_request")]
    [InlineData("null", "bad_request")]
    [InlineData("{\"email\":{\"a\":1}}", "validation_failed")]
    [InlineData("{\"email\":1}", "validation_failed")]
    public async Task A_body_that_cannot_be_read_is_refused(string body, string code)
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = new ApiClient(server);
        var response = await client.PostTextAsync("/api/auth/login", body);
        Assert.Equal(400, response.StatusNumber);
        Assert.Equal(code, response.Code);
    }

    [Fact]
    public async Task A_body_of_another_type_or_too_large_is_refused()
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = new ApiClient(server);
        Assert.Equal("unsupported_media_type", (await client.PostTextAsync("/api/auth/login", "email=a", "application/x-www-form-urlencoded")).Code);
        var large = await client.PostTextAsync("/api/auth/login", $"{{\"email\":\"{new string('a', 100_000)}\"}}");
        Assert.Equal(413, large.StatusNumber);
        Assert.Equal("payload_too_large", large.Code);
    }

    [Fact]
    public async Task Unknown_fields_are_ignored()
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = new ApiClient(server);
        Assert.Equal(201, (await client.PostTextAsync("/api/auth/guest", """{"name":"Ada","more":{"deep":[1,2,3]}}""")).StatusNumber);
    }

    [Theory]
    [InlineData("/api/nothing")]
    [InlineData("/health/live")]
    [InlineData("/")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = server.CreateClient();
        using var response = await client.GetAsync(path);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.Contains("camera=(self)", Assert.Single(response.Headers.GetValues("Permissions-Policy")), StringComparison.Ordinal);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-inline", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
        Assert.False(response.Headers.Contains("Server"));
        Assert.True(response.Headers.Contains("X-Request-Id"));
    }

    [Fact]
    public async Task The_web_app_is_served_with_its_routes_and_caching()
    {
        var root = Directory.CreateTempSubdirectory("parley-web-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(root.FullName, "index.html"), "<!doctype html><title>Parley</title>");
            Directory.CreateDirectory(Path.Combine(root.FullName, "assets"));
            await File.WriteAllTextAsync(Path.Combine(root.FullName, "assets", "app-AbC123_x.js"), "plain");
            await File.WriteAllTextAsync(Path.Combine(root.FullName, "assets", "app-AbC123_x.js.br"), "brotli");
            await File.WriteAllTextAsync(Path.Combine(root.FullName, "assets", "app-AbC123_x.js.gz"), "gzip");
            await using var server = await ParleyFixture.StartAsync(("Parley:Http:WebRoot", root.FullName));
            using var client = server.CreateClient();
            foreach (var page in new[] { "/", "/login", "/signup", "/dashboard", "/history/0190", "/settings", "/abc-defg-hij", "/ABCDEFGHIJ", "/login?next=%2Fdashboard" })
            {
                using var response = await client.GetAsync(page);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
                Assert.True(response.Headers.CacheControl?.NoCache);
                Assert.Contains("script-src 'self';", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            }

            using var asset = await client.GetAsync("/assets/app-AbC123_x.js");
            Assert.Equal("plain", await asset.Content.ReadAsStringAsync());
            Assert.Contains("immutable", asset.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
            foreach (var (accept, coding, content) in new[] { ("gzip, br", "br", "brotli"), ("gzip", "gzip", "gzip"), ("br;q=0, gzip", "gzip", "gzip") })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/app-AbC123_x.js");
                request.Headers.TryAddWithoutValidation("Accept-Encoding", accept);
                using var response = await client.SendAsync(request);
                Assert.Equal(content, await response.Content.ReadAsStringAsync());
                Assert.Equal(coding, Assert.Single(response.Content.Headers.ContentEncoding));
                Assert.Equal("text/javascript", response.Content.Headers.ContentType?.MediaType);
                Assert.Contains("Accept-Encoding", response.Headers.Vary);
            }

            foreach (var missing in new[] { "/assets/other.js", "/nowhere", "/../appsettings.json", "/%2e%2e/parley.db", "/api", "/ws/x" })
            {
                using var response = await client.GetAsync(missing);
                Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            }
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Only_listed_origins_and_our_own_may_read_rest()
    {
        await using var server = await ParleyFixture.StartAsync(("Parley:Http:AllowedOrigins:0", "https://app.example.org"));
        using var client = server.CreateClient();
        var own = server.Address.GetLeftPart(UriPartial.Authority);
        foreach (var (origin, allowed) in new[] { ("https://app.example.org", true), (own, true), ("https://evil.example", false), ("null", false) })
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, "/api/users/me");
            preflight.Headers.Add("Origin", origin);
            preflight.Headers.Add("Access-Control-Request-Method", "PATCH");
            using var answer = await client.SendAsync(preflight);
            Assert.Equal(allowed ? HttpStatusCode.NoContent : HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Equal(allowed, answer.Headers.Contains("Access-Control-Allow-Methods"));
            using var simple = new HttpRequestMessage(HttpMethod.Get, "/api/meetings/abc-defg-hij");
            simple.Headers.Add("Origin", origin);
            using var response = await client.SendAsync(simple);
            Assert.Equal(allowed, response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) && values.Single() == origin);
        }
    }

    [Theory]
    [InlineData("127.0.0.1", "203.0.113.7, 198.51.100.9", "198.51.100.9")]
    [InlineData(null, "203.0.113.7", "127.0.0.1")]
    public async Task Forwarded_addresses_are_believed_from_known_proxies_alone(string? proxy, string forwarded, string counted)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        if (proxy is not null)
            settings["Parley:Http:KnownProxies"] = proxy;
        await using var server = await ParleyFixture.StartAsync(new ParleySetup { Settings = settings });
        using var client = new ApiClient(server);
        client.Headers.Add("X-Forwarded-For", forwarded);
        client.Headers.Add("X-Forwarded-Proto", "https");
        var response = await client.PostAsync("/api/auth/signup", new { email = "ada@example.org", name = "Ada", password = "correct horse" });
        // The cookie tells what the server believes of the connection, the audit log what it believes of the address.
        Assert.Equal(proxy is not null, response.SetCookies["parley_refresh"].Contains("secure", StringComparison.OrdinalIgnoreCase));
        client.Token = response.Text("token");
        await server.RestartServerAsync();
        var entry = Assert.Single((await client.GetAsync("/api/audit?event=signed_up")).Items);
        Assert.EndsWith(counted, entry.GetProperty("address").GetString(), StringComparison.Ordinal);
    }
}
