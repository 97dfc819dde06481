// Parley itself, as it is shipped, on SQLite in a directory of its own, with rate limits off.
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Bench.Load;
using Parley.Bench.Sfu;

namespace Parley.Bench.Peers;

/// <summary>The server under test. Its users come by join tokens that the bench signs, as another program would.</summary>
/// <param name="program">Parley.Server.</param>
/// <param name="core">The one core that it may use; null for all.</param>
/// <param name="mediaAddress">Where it takes media.</param>
internal sealed class ParleyServer(string program, int? core = null, string mediaAddress = "127.0.0.1") : Peer
{
    private const string Issuer = "bench";
    private readonly string _secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("parley-bench-");
    private int _users;

    public override string Name => "Parley";

    public override TimeSpan Settling => TimeSpan.FromSeconds(30);

    protected override string HealthPath => "/health/ready";

    /// <summary>Whoever makes the meetings.</summary>
    public string? GuestToken { get; private set; }

    public override async Task<IReadOnlyList<string>> MakeRoomsAsync(int count)
    {
        // A guest's token lasts for a quarter of an hour, and a server is measured for longer.
        await SignInAsync();
        var codes = new List<string>(count);
        for (var i = 0; i < count; i++)
        {
            using var answer = await Http.PostAsJsonAsync(new Uri($"http://127.0.0.1:{Port}/api/meetings"), new NewMeeting("Bench", Lobby: false), BenchJson.Default.NewMeeting);
            answer.EnsureSuccessStatusCode();
            codes.Add((await answer.Content.ReadFromJsonAsync(BenchJson.Default.JsonElement)).GetProperty("code").GetString()!);
        }

        return codes;
    }

    public override async Task<Participant> JoinAsync(string room)
    {
        var user = Interlocked.Increment(ref _users);
        var connection = await LoadConnection.OpenAsync(Port, "parley.v1");
        await connection.AskAsync($$"""{"type":"register","id":"r","token":"{{Token(user)}}"}""", "registered");
        var started = Stopwatch.GetTimestamp();
        var answer = await connection.AskAsync($$"""{"type":"join_room","id":"j","code":"{{room}}","client_id":"c-{{user}}"}""", "joined_room", "host_joined_room");
        var took = Stopwatch.GetElapsedTime(started);
        using var document = JsonDocument.Parse(answer);
        return new Participant(connection, document.RootElement.GetProperty("room").GetProperty("me").GetString()!, took);
    }

    public override string Relay(string to, string payload) => $$"""{"type":"ice_candidate","to":"{{to}}","candidate":{{payload}}}""";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _data.Delete(recursive: true);
    }

    protected override ProcessStartInfo Command()
    {
        string[] arguments =
        [
            "--urls", $"http://127.0.0.1:{Port}", "--data-dir", _data.FullName, "--Parley:RateLimiting:Enabled=false",
            "--Parley:Media:Port=0", $"--Parley:Media:BindAddresses={mediaAddress}",
            $"--Parley:Auth:ApiKeys:{Issuer}={_secret}", "--Logging:LogLevel:Default=Warning",
        ];
        if (core is null)
            return new ProcessStartInfo(program, arguments) { UseShellExecute = false };
        // Its complaints go where the bench's own words go.
        var command = Pinned.Program(core.Value, program, arguments);
        command.RedirectStandardError = false;
        return command;
    }

    /// <summary>A guest makes the meetings.</summary>
    private async Task SignInAsync()
    {
        Http.DefaultRequestHeaders.Authorization = null;
        using var answer = await Http.PostAsJsonAsync(new Uri($"http://127.0.0.1:{Port}/api/auth/guest"), new Guest("Bench"), BenchJson.Default.Guest);
        answer.EnsureSuccessStatusCode();
        GuestToken = (await answer.Content.ReadFromJsonAsync(BenchJson.Default.JsonElement)).GetProperty("token").GetString();
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", GuestToken);
    }

    private string Token(int user)
    {
        var expires = DateTimeOffset.UtcNow.AddHours(2).ToUnixTimeSeconds();
        var signed = $"{Encode("""{"alg":"HS256","typ":"JWT"}""")}.{Encode($$"""{"iss":"{{Issuer}}","sub":"u{{user}}","aud":"parley","name":"P{{user}}","exp":{{expires}}}""")}";
        return $"{signed}.{Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(_secret), Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}

/// <summary>POST /api/meetings.</summary>
internal sealed record NewMeeting(string Title, bool Lobby);

/// <summary>POST /api/auth/guest.</summary>
internal sealed record Guest(string Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(NewMeeting))]
[JsonSerializable(typeof(Guest))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class BenchJson : JsonSerializerContext;
