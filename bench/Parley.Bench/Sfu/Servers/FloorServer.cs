// bench/floor: the same sends with no SFU in them.
namespace Parley.Bench.Sfu.Servers;

/// <summary>Connected sockets, and one GSO send for the packets that one destination gets in a turn: the cheapest of the floor's methods that any kernel allows.</summary>
internal sealed class FloorServer(string program) : ForwardingProcess
{
    private const int UdpPort = 7001;

    public override string Key => "floor";

    public override string Name => "floor";

    /// <summary>It sends to whoever has ever asked, and has nothing that settles.</summary>
    public override bool RunsOn => false;

    protected override int? Port => null;

    public override Task<IReadOnlyList<string>> GeneratorArgumentsAsync(int rooms) => Task.FromResult<IReadOnlyList<string>>(["-adapter", "floor", "-url", $"{Address}:{UdpPort}"]);

    protected override (string Program, IReadOnlyList<string> Arguments) Command() =>
        (program, ["--serve", "--method", "gso-connected", "--copy", "--ip", Address, "--port", $"{UdpPort}", "--cores", $"{Pinned.ServerCore},{Pinned.GeneratorCore}"]);

    protected override bool IsReady(string line) => line.Contains("\"port\"", StringComparison.Ordinal);
}
