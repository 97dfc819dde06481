// Parley's media engine behind its own WHIP and WHEP, in the server as it is shipped.
using Parley.Bench.Peers;

namespace Parley.Bench.Sfu.Servers;

internal sealed class ParleySfu(string program) : SfuServer
{
    private readonly ParleyServer _server = new(program, Pinned.ServerCore, Address);
    private readonly string _meetings = Path.GetTempFileName();

    public override string Key => "parley";

    public override string Name => "Parley";

    public override int ProcessId => _server.ProcessId;

    /// <summary>For signaling beside the media.</summary>
    public Peer Signaling => _server;

    public override Task StartAsync() => _server.StartAsync();

    /// <summary>The meetings and the token that opens them go by a file: a command line is for everybody to read.</summary>
    public override async Task<IReadOnlyList<string>> GeneratorArgumentsAsync(int rooms)
    {
        await File.WriteAllLinesAsync(_meetings, (await _server.MakeRoomsAsync(rooms)).Select(code => $"{code} {_server.GuestToken}"));
        var meetings = $"http://127.0.0.1:{_server.Port}/api/meetings/{{room}}";
        return ["-adapter", "whip", "-whip", $"{meetings}/whip", "-whep", $"{meetings}/whep?from={{resource}}", "-meetings", _meetings];
    }

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        File.Delete(_meetings);
    }
}
