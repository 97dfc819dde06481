// `parley doctor`, `user`, `migrate`, `openapi`: what they say and how they exit.
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Parley.Server.Operations.Commands;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Operations;

public sealed class CommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("parley-command-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("docter")]
    [InlineData("serve", "now")]
    [InlineData("user", "list", "everybody")]
    [InlineData("migrate", "up", "--Parley:Rooms:MeshLimit", "4", "twice")]
    [InlineData("-v")]
    public async Task A_word_that_means_nothing_starts_nothing(params string[] words)
    {
        var (exit, output) = await RunAsync(words);
        Assert.Equal(2, exit);
        Assert.Contains($"\"{words[^1]}\"", output, StringComparison.Ordinal);
        Assert.Empty(_directory.EnumerateFileSystemInfos());
    }

    [Theory]
    [InlineData("--port", "--port", "80")]
    [InlineData("--port", "serve", "--port=80")]
    [InlineData("--Parley_Media_Port", "doctor", "--Parley_Media_Port=7990")]
    public async Task An_option_that_does_not_exist_starts_nothing(string named, params string[] words)
    {
        var (exit, output) = await RunAsync(words);
        Assert.Equal(2, exit);
        Assert.Contains($"no option {named};", output, StringComparison.Ordinal);
        Assert.Empty(_directory.EnumerateFileSystemInfos());
    }

    [Fact]
    public async Task A_fresh_directory_has_no_accounts_to_list()
    {
        var (exit, output) = await RunAsync("user", "list");
        Assert.Equal(0, exit);
        Assert.StartsWith("There are no accounts", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_says_when_the_data_directory_cannot_be_made()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Nowhere but in /proc can nobody make a directory.");
        await using var output = new StringWriter();
        Assert.Equal(1, await ParleyCommand.RunAsync(["doctor", "--urls", "http://127.0.0.1:0", "--data-dir", "/proc/parley/data"], output, output));
        Assert.Contains("FAIL  data directory: /proc/parley/data cannot be made", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accounts_are_managed_by_hand()
    {
        var (exit, added) = await RunAsync("user", "add", "ada@example.org", "--name", "Ada Lovelace");
        Assert.Equal(0, exit);
        Assert.Contains("administrator", added, StringComparison.Ordinal);
        Assert.Matches("Password: [A-Za-z0-9]{16}", added);
        Assert.Equal(1, (await RunAsync("user", "add", "ADA@example.org")).Exit);
        Assert.Equal(1, (await RunAsync("user", "add", "nobody", "--password", "short")).Exit);
        Assert.Equal(0, (await RunAsync("user", "add", "grace@example.org", "--password", "correct horse")).Exit);
        Assert.Equal(0, (await RunAsync("user", "disable", "grace@example.org")).Exit);
        Assert.Equal(0, (await RunAsync("user", "promote", "grace@example.org")).Exit);
        Assert.Contains("grace@example.org  grace administrator disabled", (await RunAsync("user", "list")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("user", "enable", "grace@example.org")).Exit);
        Assert.Equal(0, (await RunAsync("user", "reset-password", "grace@example.org", "--password", "battery staple")).Exit);
        Assert.Equal(1, (await RunAsync("user", "disable", "nobody@example.org")).Exit);

        await using var server = await ParleyFixture.StartAsync(("Parley:DataDirectory", _directory.FullName));
        using var client = new ApiClient(server);
        Assert.Equal(401, (await client.PostAsync("/api/auth/login", new { email = "grace@example.org", password = "correct horse" })).StatusNumber);
        Assert.Equal(200, (await client.PostAsync("/api/auth/login", new { email = "grace@example.org", password = "battery staple" })).StatusNumber);
    }

    [Fact]
    public async Task The_schema_goes_up_and_down()
    {
        Assert.Contains("Pending", (await RunAsync("migrate", "status")).Output, StringComparison.Ordinal);
        Assert.Contains("0001_accounts applied", (await RunAsync("migrate", "up")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Pending", (await RunAsync("migrate", "status")).Output, StringComparison.Ordinal);
        Assert.Contains("taken back", (await RunAsync("migrate", "down")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("migrate", "down", "--to", "0")).Exit);
        Assert.Equal(1, (await RunAsync("migrate", "down", "--to", "99")).Exit);
    }

    [Fact]
    public async Task The_openapi_document_holds_every_call_with_its_errors_and_security()
    {
        var (exit, output) = await RunAsync("openapi");
        Assert.Equal(0, exit);
        Assert.Empty(_directory.EnumerateFileSystemInfos());
        using var document = JsonDocument.Parse(output);
        var paths = document.RootElement.GetProperty("paths");
        foreach (var (path, method, statuses, secured) in new[]
        {
            ("/api/auth/signup", "post", "201 400 403 409 429", false),
            ("/api/auth/login", "post", "200 400 401 429", false),
            ("/api/auth/guest", "post", "201 400 403 429", false),
            ("/api/auth/refresh", "post", "200 400 401", false),
            ("/api/auth/logout", "post", "204", false),
            ("/api/users/me", "get", "200 401 403", true),
            ("/api/users/me", "patch", "200 400 401 403 429", true),
            ("/api/users", "get", "200 400 401 403 429", true),
            ("/api/meetings", "post", "201 400 401 403", true),
            ("/api/meetings", "get", "200 400 401 403", true),
            ("/api/meetings/{code}", "get", "200 404", false),
            ("/api/meetings/{code}", "patch", "200 400 401 403 404 410", true),
            ("/api/meetings/{code}", "delete", "204 401 403 404", true),
            ("/api/meetings/{code}/validate", "post", "200 400 403 404 409 410 423 429", false),
            ("/api/meetings/{code}/end", "post", "200 401 403 404 410", true),
            ("/api/meetings/{code}/messages", "get", "200 400 401 403 404", true),
            ("/api/meetings/{code}/attendance", "get", "200 400 401 403 404", true),
            ("/api/call-logs", "get", "200 400 401 403", true),
            ("/api/call-logs/{id}", "get", "200 401 403 404", true),
            ("/api/ice-servers", "get", "200 401", true),
            ("/api/audit", "get", "200 400 401 403", true),
        })
        {
            var operation = paths.GetProperty(path).GetProperty(method);
            Assert.Equal(statuses, string.Join(' ', operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).Order(StringComparer.Ordinal)));
            Assert.Equal(secured, operation.TryGetProperty("security", out var security) && security.GetArrayLength() > 0);
        }

        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        var meeting = schemas.GetProperty("MeetingBody").GetProperty("properties");
        Assert.Equal("uuid", Resolve(schemas, meeting.GetProperty("id")).GetProperty("format").GetString());
        Assert.Equal("date-time", Resolve(schemas, meeting.GetProperty("created_at")).GetProperty("format").GetString());
        Assert.True(schemas.GetProperty("PostMeetingRequest").GetProperty("properties").TryGetProperty("max_participants", out _));
    }

    [Fact]
    public async Task The_openapi_document_is_served_as_it_is_printed()
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = server.CreateClient();
        using var served = JsonDocument.Parse(await client.GetStringAsync("/openapi/v1.json"));
        using var printed = JsonDocument.Parse((await RunAsync("openapi")).Output);
        Assert.True(JsonElement.DeepEquals(served.RootElement.GetProperty("paths"), printed.RootElement.GetProperty("paths")));
    }

    [Fact]
    public async Task The_doctor_finds_nothing_wrong_with_a_fresh_machine()
    {
        var (exit, output) = await RunAsync("doctor", "--urls", "http://127.0.0.1:0");
        Assert.Equal(0, exit);
        Assert.DoesNotContain("FAIL", output, StringComparison.Ordinal);
        foreach (var subject in new[] { "configuration", "data directory", "database", "clock", "descriptors", "certificate", "TURN", "web app" })
            Assert.Contains($"  {subject}: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_names_what_is_wrong_and_how_to_mend_it()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var (exit, output) = await RunAsync(
            "doctor",
            "--urls",
            $"http://127.0.0.1:{port}",
            "--Parley:Rooms:GraceSecond=3",
            "--Parley:Rooms:EmptySecond=3",
            "--Parley:Auth:AllowGuests=maybe",
            "--Parley:Database:ConnectionString=Host=127.0.0.1;Port=1;Username=parley;Password=hidden-secret",
            "--Parley:Ice:TurnUrls=turn:127.0.0.1:1?transport=tcp",
            "--Parley:Ice:TurnSecret=another-secret");
        Assert.Equal(1, exit);
        Assert.Contains("Did you mean Parley:Rooms:EmptySeconds?", output, StringComparison.Ordinal);
        Assert.Matches("FAIL  configuration: Parley:Auth:AllowGuests", output);
        Assert.Matches($"WARN  port {port}: taken", output);
        Assert.Matches("FAIL  database: PostgreSQL", output);
        Assert.Matches("FAIL  turn:127.0.0.1:1", output);
        Assert.Contains("      -> ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", output.Replace("TurnSecret", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_hears_a_stun_server_answer()
    {
        using var stun = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)stun.Client.LocalEndPoint!).Port;
        var answering = Task.Run(async () =>
        {
            var request = await stun.ReceiveAsync();
            request.Buffer[0] = 0x01; // Binding success response
            await stun.SendAsync(request.Buffer, request.RemoteEndPoint);
        });
        var (_, output) = await RunAsync("doctor", "--urls", "http://127.0.0.1:0", $"--Parley:Ice:Servers:0:Urls:0=stun:127.0.0.1:{port}");
        await answering;
        Assert.Matches($"OK    stun:127.0.0.1:{port}: answers over UDP", output);
    }

    [Fact]
    public async Task Secrets_that_others_can_read_are_a_failure()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix file modes are a matter of Unix.");
        var keys = Path.Combine(_directory.FullName, "signing-keys.json");
        await File.WriteAllTextAsync(keys, "{}");
        File.SetUnixFileMode(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var (exit, output) = await RunAsync("doctor", "--urls", "http://127.0.0.1:0");
        Assert.Equal(1, exit);
        Assert.Contains($"chmod 600 {keys}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_a_mistake_says_so_and_does_not_start()
    {
        var (exit, output) = await RunAsync("serve", "--Parley:Rooms:MeshLimit=none");
        Assert.Equal(ParleyCommand.BadConfiguration, exit);
        Assert.Contains("Parley:Rooms:MeshLimit", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static JsonElement Resolve(JsonElement schemas, JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference) ? schemas.GetProperty(reference.GetString()!.Split('/')[^1]) : schema;

    private async Task<(int Exit, string Output)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter();
        var exit = await ParleyCommand.RunAsync([.. args, "--data-dir", _directory.FullName], output, output);
        return (exit, output.ToString());
    }
}
