// The relays in bench/peers: one wire for both.
using System.Diagnostics;
using System.Text.Json;
using Parley.Bench.Load;

namespace Parley.Bench.Peers;

/// <summary>A relay of register and relay messages.</summary>
internal sealed class ReferenceRelay(string name, string program, Func<int, string[]> arguments) : Peer
{
    private int _names;

    public override string Name => name;

    protected override string HealthPath => "/health";

    public static ReferenceRelay Go(string program) => new("Go, gorilla/websocket", program, port => ["-listen", $"127.0.0.1:{port}"]);

    public static ReferenceRelay Python(string script) => new("Python, FastAPI", "/usr/bin/python3", port => [script, "--port", $"{port}"]);

    public override Task<IReadOnlyList<string>> MakeRoomsAsync(int count) =>
        Task.FromResult<IReadOnlyList<string>>([.. Enumerable.Range(0, count).Select(_ => Guid.NewGuid().ToString("N"))]);

    public override async Task<Participant> JoinAsync(string room)
    {
        var connection = await LoadConnection.OpenAsync(Port, subProtocol: null);
        var started = Stopwatch.GetTimestamp();
        var answer = await connection.AskAsync($$"""{"type":"register","name":"P{{Interlocked.Increment(ref _names)}}","room":"{{room}}"}""", "registered");
        var took = Stopwatch.GetElapsedTime(started);
        using var document = JsonDocument.Parse(answer);
        return new Participant(connection, document.RootElement.GetProperty("id").GetString()!, took);
    }

    public override string Relay(string to, string payload) => $$"""{"type":"relay","to":"{{to}}","payload":{{payload}}}""";

    protected override ProcessStartInfo Command() => new(program, arguments(Port)) { UseShellExecute = false };
}
