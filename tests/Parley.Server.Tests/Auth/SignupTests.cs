// POST /api/auth/signup: every answer of its row.
using System.Globalization;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Auth;

public sealed class SignupTests
{
    public static TheoryData<TestDatabase> Databases => [TestDatabase.Sqlite, TestDatabase.Postgres];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Signing_up_answers_a_session_and_sets_the_refresh_cookie(TestDatabase database)
    {
        var clock = new ManualClock();
        await using var server = await ParleyFixture.StartAsync(new ParleySetup { Database = database, Clock = clock });
        using var client = new ApiClient(server);
        var response = await client.PostAsync("/api/auth/signup", new { email = " Ada@Example.ORG ", name = " Ada Lovelace ", password = "correct horse" });
        Assert.Equal(201, response.StatusNumber);
        var user = response.Body.GetProperty("user");
        Assert.Equal("Ada Lovelace", user.GetProperty("name").GetString());
        Assert.Equal("ada@example.org", user.GetProperty("email").GetString());
        Assert.False(user.GetProperty("guest").GetBoolean());
        Assert.Equal('7', user.GetProperty("id").GetString()![14]);
        var expires = DateTimeOffset.ParseExact(response.Text("expires_at")!, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        // The token's own end has whole seconds.
        Assert.Equal(clock.GetUtcNow().AddMinutes(15).ToUnixTimeSeconds() * 1000, expires.ToUnixTimeMilliseconds());
        var cookie = response.SetCookies["parley_refresh"];
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; path=/api/auth", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());

        client.Token = response.Text("token");
        Assert.Equal(user.GetProperty("id").GetString(), (await client.GetAsync("/api/users/me")).Text("id"));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task An_address_is_taken_once_whatever_its_case(TestDatabase database)
    {
        await using var server = await ParleyFixture.StartAsync(database);
        using var client = await ApiClient.AccountAsync(server, email: "ada@example.org");
        var response = await client.PostAsync("/api/auth/signup", new { email = "ADA@example.org", name = "Other", password = "another password" });
        Assert.Equal(409, response.StatusNumber);
        Assert.Equal("email_taken", response.Code);
    }

    [Fact]
    public async Task Every_wrong_field_is_named()
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = new ApiClient(server);
        var response = await client.PostAsync("/api/auth/signup", new { });
        Assert.Equal(400, response.StatusNumber);
        Assert.Equal("validation_failed", response.Code);
        Assert.Equal(["email", "name", "password"], response.Body.GetProperty("errors").EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("email", "nobody")]
    [InlineData("email", "a@b@c.org")]
    [InlineData("email", "a b@c.org")]
    [InlineData("email", "@c.org")]
    [InlineData("email", "a@.org")]
    [InlineData("name", "")]
    [InlineData("name", "   ")]
    [InlineData("name", "a\u0007b")]
    [InlineData("password", "nine char")]
    [InlineData("password", "               ")]
    public async Task A_wrong_field_is_refused(string field, string value)
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = new ApiClient(server);
        var body = new Dictionary<string, string>(StringComparer.Ordinal) { ["email"] = "a@example.org", ["name"] = "Ada", ["password"] = "correct horse", [field] = value };
        var response = await client.PostAsync("/api/auth/signup", body);
        Assert.Equal("validation_failed", response.Code);
        Assert.Equal(field, Assert.Single(response.Body.GetProperty("errors").EnumerateObject()).Name);
    }

    [Theory]
    [InlineData("email", 255)]
    [InlineData("name", 81)]
    [InlineData("password", 201)]
    public async Task A_field_that_is_too_long_is_refused(string field, int length)
    {
        await using var server = await ParleyFixture.StartAsync();
        using var client = new ApiClient(server);
        var value = field == "email" ? $"{new string('a', length - 12)}@example.org" : new string('a', length);
        var body = new Dictionary<string, string>(StringComparer.Ordinal) { ["email"] = "a@example.org", ["name"] = "Ada", ["password"] = "correct horse", [field] = value };
        Assert.Equal("validation_failed", (await client.PostAsync("/api/auth/signup", body)).Code);
        body[field] = value[1..];
        Assert.Equal(201, (await client.PostAsync("/api/auth/signup", body)).StatusNumber);
    }

    [Fact]
    public async Task Signing_up_can_be_switched_off()
    {
        await using var server = await ParleyFixture.StartAsync(("Parley:Auth:AllowSignup", "false"));
        using var client = new ApiClient(server);
        var response = await client.PostAsync("/api/auth/signup", new { email = "a@example.org", name = "Ada", password = "correct horse" });
        Assert.Equal(403, response.StatusNumber);
        Assert.Equal("signup_disabled", response.Code);
    }
}
