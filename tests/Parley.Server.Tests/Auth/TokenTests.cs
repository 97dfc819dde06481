// Access tokens under attack, and the tokens of other programs (docs/protocol.md, "Tokens of other programs").
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Protocol;
using Parley.Server.Composition.Configuration;
using Parley.Server.Features.Auth;
using Parley.Server.Operations;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Auth;

public sealed class TokenTests
{
    private const string Secret = "a secret of another program, long enough";

    private static readonly (string Key, string Value) ApiKey = ("Parley:Auth:ApiKeys:school", Secret);

    public static TheoryData<string> Attacks =>
    [
        "none", "none-without-signature", "HS384", "hs256", "typ", "crit", "kid", "unsigned", "tampered", "wrong-key", "wrong-audience", "no-audience",
        "expired", "not-yet", "future-issue", "no-end", "long-lived", "text-end", "wrong-issuer", "no-issuer", "api-key-as-own", "unknown-user", "huge", "two-parts",
        "four-parts", "padded", "not-json", "duplicate-claim", "non-canonical-signature", "empty",
    ];

    [Fact]
    public async Task Our_own_token_is_accepted()
    {
        await using var server = await ParleyFixture.StartAsync(ApiKey);
        using var client = await ApiClient.AccountAsync(server);
        var key = server.Service<SigningKeys>().Current;
        client.Token = Sign(key.Secret, OwnHeader(key), OwnClaims(client.UserId));
        Assert.Equal(200, (await client.GetAsync("/api/users/me")).StatusNumber);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task A_forged_token_is_refused(string attack)
    {
        await using var server = await ParleyFixture.StartAsync(ApiKey);
        using var client = await ApiClient.AccountAsync(server);
        client.Token = Forge(attack, server.Service<SigningKeys>().Current, client.UserId, client.Token!);
        var response = await client.GetAsync("/api/users/me");
        Assert.Equal(401, response.StatusNumber);
        Assert.Equal("unauthenticated", response.Code);
        Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_ends_after_fifteen_minutes()
    {
        var clock = new ManualClock();
        await using var server = await ParleyFixture.StartAsync(new ParleySetup { Clock = clock });
        using var client = await ApiClient.AccountAsync(server);
        clock.Advance(TimeSpan.FromMinutes(14.9));
        Assert.Equal(200, (await client.GetAsync("/api/users/me")).StatusNumber);
        clock.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Equal(401, (await client.GetAsync("/api/users/me")).StatusNumber);
    }

    [Fact]
    public async Task A_running_server_replaces_an_old_key_which_verifies_until_its_tokens_have_ended()
    {
        var clock = new ManualClock();
        await using var server = await ParleyFixture.StartAsync(new ParleySetup { Clock = clock });
        using var client = await ApiClient.AccountAsync(server);
        var keys = server.Service<SigningKeys>();
        var old = keys.Current.Id;
        clock.Advance(SigningKeys.SigningTime - TimeSpan.FromMinutes(1));
        client.Token = server.Service<AccessTokens>().Issue(UserId.Parse(client.UserId), default).Token;
        Assert.Equal(old, keys.Current.Id);

        clock.Advance(TimeSpan.FromMinutes(2));
        var current = keys.Current.Id;
        Assert.NotEqual(old, current);
        Assert.Equal(200, (await client.GetAsync("/api/users/me")).StatusNumber);
        await server.RestartServerAsync();
        Assert.Equal(200, (await client.GetAsync("/api/users/me")).StatusNumber);

        clock.Advance(SigningKeys.VerifyingTime);
        Assert.Null(server.Service<SigningKeys>().Find(old));
        Assert.Equal(current, server.Service<SigningKeys>().Current.Id);
    }

    [Fact]
    public void Processes_that_share_a_data_directory_share_the_keys()
    {
        var directory = Directory.CreateTempSubdirectory("parley-keys-");
        try
        {
            var clock = new ManualClock();
            var options = ConfigurationLoader.Load(
                new ConfigurationBuilder().AddInMemoryCollection([new("Parley:DataDirectory", directory.FullName)]).Build()).Options;
            var data = new DataDirectory(options);
            SigningKeys Open() => new(data, clock, NullLogger<SigningKeys>.Instance);
            var (first, second) = (Open(), Open());
            using (data.TryLock("signing-keys.lock"))
                Assert.False(first.TryLoad());
            Assert.True(first.TryLoad());
            Assert.True(second.TryLoad());
            Assert.Equal(first.Current.Secret, second.Current.Secret);
            Assert.Equal(first.Derive("refresh successor"), second.Derive("refresh successor"));

            clock.Advance(SigningKeys.SigningTime);
            using (data.TryLock("signing-keys.lock"))
                Assert.Equal(second.Current.Id, first.Current.Id);
            clock.Advance(TimeSpan.FromMinutes(1));
            var renewed = first.Current;
            Assert.Equal(renewed.Secret, second.Find(renewed.Id)?.Secret);
            Assert.Equal(renewed.Id, second.Current.Id);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_signing_keys_are_readable_by_their_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix file modes are a matter of Unix.");
        await using var server = await ParleyFixture.StartAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(server.DataDirectory, SigningKeys.FileName)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(server.DataDirectory));
    }

    [Theory]
    [MemberData(nameof(SignupTests.Databases), MemberType = typeof(SignupTests))]
    public async Task Another_programs_user_is_the_pair_of_issuer_and_subject(TestDatabase database)
    {
        await using var server = await ParleyFixture.StartAsync(new ParleySetup { Database = database, Settings = new Dictionary<string, string>(StringComparer.Ordinal) { [ApiKey.Key] = Secret } });
        var verifier = server.Service<ITokenVerifier>();
        var first = await verifier.VerifyAsync(External("pupil-1"), CancellationToken.None);
        var again = await verifier.VerifyAsync(External("pupil-1", name: "Renamed"), CancellationToken.None);
        var other = await verifier.VerifyAsync(External("pupil-2", room: "abc-defg-hij", role: "cohost"), CancellationToken.None);
        Assert.Equal(Rooms.UserKind.External, first.Principal!.User.Kind);
        Assert.Equal(first.Principal.User.Id, again.Principal!.User.Id);
        Assert.Equal("Renamed", again.Principal.User.Name);
        Assert.NotEqual(first.Principal.User.Id, other.Principal!.User.Id);
        Assert.Equal(Protocol.ParticipantRole.Cohost, other.Principal.User.GrantedRole);
        Assert.Equal("abc-defg-hij", other.Principal.Room.ToString());
    }

    [Theory]
    [InlineData("/api/users/me", 403)]
    [InlineData("/api/users?q=ada", 403)]
    [InlineData("/api/meetings", 403)]
    [InlineData("/api/call-logs", 403)]
    [InlineData("/api/call-logs/x", 403)]
    [InlineData("/api/audit", 403)]
    [InlineData("/api/ice-servers", 200)]
    public async Task Another_programs_token_is_good_for_few_calls(string path, int status)
    {
        await using var server = await ParleyFixture.StartAsync(ApiKey);
        using var client = new ApiClient(server) { Token = External("pupil") };
        var response = await client.GetAsync(path);
        Assert.Equal(status, response.StatusNumber);
        if (status == 403)
            Assert.Equal("forbidden", response.Code);
        Assert.Equal("forbidden", (await client.PostAsync("/api/meetings", new { })).Code);
    }

    [Fact]
    public async Task A_token_for_one_room_is_good_in_that_room_alone()
    {
        await using var server = await ParleyFixture.StartAsync(ApiKey);
        using var owner = await ApiClient.AccountAsync(server);
        var here = (await owner.CreateMeetingAsync()).GetProperty("code").GetString()!;
        var there = (await owner.CreateMeetingAsync()).GetProperty("code").GetString()!;
        using var client = new ApiClient(server) { Token = External("pupil", room: here) };
        Assert.Equal(200, (await client.PostAsync($"/api/meetings/{here}/validate", new { })).StatusNumber);
        Assert.Equal("forbidden", (await client.PostAsync($"/api/meetings/{there}/validate", new { })).Code);
        Assert.Equal("not_a_participant", (await client.GetAsync($"/api/meetings/{here}/messages")).Code);
        Assert.Equal("forbidden", (await client.GetAsync($"/api/meetings/{there}/messages")).Code);
    }

    [Theory]
    [InlineData("sub", "")]
    [InlineData("name", "")]
    [InlineData("name", "\u0007")]
    [InlineData("room", "nonsense")]
    [InlineData("role", "king")]
    public async Task Another_programs_token_must_be_whole(string claim, string value)
    {
        await using var server = await ParleyFixture.StartAsync(ApiKey);
        var claims = ExternalClaims("pupil");
        claims[claim] = value;
        var verdict = await server.Service<ITokenVerifier>().VerifyAsync(Sign(Encoding.UTF8.GetBytes(Secret), new JsonObject { ["alg"] = "HS256" }, claims), CancellationToken.None);
        Assert.Equal(TokenRefusal.Malformed, verdict.Refusal);
    }

    [Theory]
    [InlineData(23.9, true)]
    [InlineData(24.1, false)]
    [InlineData(-0.001, false)]
    public async Task Another_programs_token_ends_within_a_day(double hours, bool accepted)
    {
        await using var server = await ParleyFixture.StartAsync(ApiKey);
        var claims = ExternalClaims("pupil");
        claims["exp"] = DateTimeOffset.UtcNow.AddHours(hours).ToUnixTimeSeconds();
        var verdict = await server.Service<ITokenVerifier>().VerifyAsync(Sign(Encoding.UTF8.GetBytes(Secret), new JsonObject { ["alg"] = "HS256" }, claims), CancellationToken.None);
        Assert.Equal(accepted ? TokenRefusal.None : TokenRefusal.Lifetime, verdict.Refusal);
    }

    internal static string External(string subject, string name = "Pupil", string? room = null, string? role = null)
    {
        var claims = ExternalClaims(subject, name);
        if (room is not null)
            claims["room"] = room;
        if (role is not null)
            claims["role"] = role;
        return Sign(Encoding.UTF8.GetBytes(Secret), new JsonObject { ["alg"] = "HS256", ["typ"] = "JWT" }, claims);
    }

    private static JsonObject ExternalClaims(string subject, string name = "Pupil") => new()
    {
        ["iss"] = "school",
        ["sub"] = subject,
        ["aud"] = "parley",
        ["name"] = name,
        ["exp"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds(),
    };

    private static JsonObject OwnHeader(SigningKey key) => new() { ["alg"] = "HS256", ["typ"] = "JWT", ["kid"] = key.Id };

    private static JsonObject OwnClaims(string user)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return new JsonObject { ["iss"] = "parley", ["sub"] = user, ["aud"] = "parley", ["iat"] = now, ["nbf"] = now, ["exp"] = now + 600 };
    }

    private static string Forge(string attack, SigningKey key, string user, string good)
    {
        var header = OwnHeader(key);
        var claims = OwnClaims(user);
        var secret = key.Secret;
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        switch (attack)
        {
            case "none": header["alg"] = "none"; break;
            case "none-without-signature": header["alg"] = "none"; return Sign(secret, header, claims)[..(Sign(secret, header, claims).LastIndexOf('.') + 1)];
            case "HS384": header["alg"] = "HS384"; break;
            case "hs256": header["alg"] = "hs256"; break;
            case "typ": header["typ"] = "JWE"; break;
            case "crit": header["crit"] = new JsonArray("exp"); break;
            case "kid": header["kid"] = "../../etc/passwd"; break;
            case "unsigned": return good[..(good.LastIndexOf('.') + 1)];
            case "tampered": return $"{good.Split('.')[0]}.{Encode(JsonSerializer.SerializeToUtf8Bytes(OwnClaims(Guid.CreateVersion7().ToString())))}.{good.Split('.')[2]}";
            case "wrong-key": secret = RandomNumberGenerator.GetBytes(32); break;
            case "wrong-audience": claims["aud"] = "other"; break;
            case "no-audience": claims.Remove("aud"); break;
            case "expired": claims["exp"] = now - 1; break;
            case "not-yet": claims["nbf"] = now + 60; break;
            case "future-issue": claims["iat"] = now + 60; break;
            case "no-end": claims.Remove("exp"); break;
            case "long-lived": claims["exp"] = now + 86_400; break;
            case "text-end": claims["exp"] = $"{now + 600}"; break;
            case "wrong-issuer": claims["iss"] = "elsewhere"; break;
            case "no-issuer": claims.Remove("iss"); break;
            case "api-key-as-own": secret = Encoding.UTF8.GetBytes(Secret); break;
            case "unknown-user": claims["sub"] = Guid.CreateVersion7().ToString(); break;
            case "huge": claims["padding"] = new string('x', 9000); break;
            case "two-parts": return good[..good.LastIndexOf('.')];
            case "four-parts": return $"{good}.x";
            case "padded": return $"{good}=";
            case "not-json": return $"{Encode("nonsense"u8.ToArray())}.{Encode("nonsense"u8.ToArray())}.{Encode(new byte[32])}";
            case "duplicate-claim":
                return SignText(secret, header.ToJsonString(), claims.ToJsonString().Replace("\"iss\":", "\"sub\":\"x\",\"iss\":", StringComparison.Ordinal));
            case "non-canonical-signature":
                // The last character of 32 bytes carries two bits that mean nothing; setting one spells the same signature differently.
                const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
                return good[..^1] + alphabet[alphabet.IndexOf(good[^1], StringComparison.Ordinal) ^ 1];
            case "empty": return "x";
            default: throw new ArgumentOutOfRangeException(nameof(attack));
        }

        return Sign(secret, header, claims);
    }

    private static string Sign(byte[] key, JsonObject header, JsonObject claims) => SignText(key, header.ToJsonString(), claims.ToJsonString());

    private static string SignText(byte[] key, string header, string claims)
    {
        var signed = $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
