// bench/peers/pion-sfu: the forwarder that Pion makes easy.
namespace Parley.Bench.Sfu.Servers;

internal sealed class PionServer(string program) : ForwardingProcess
{
    public override string Key => "pion";

    public override string Name => "Pion";

    protected override int? Port => 8080;

    public override Task<IReadOnlyList<string>> GeneratorArgumentsAsync(int rooms) => Task.FromResult<IReadOnlyList<string>>(
        ["-adapter", "whip", "-whip", $"http://127.0.0.1:{Port}/whip/{{room}}/{{id}}", "-whep", $"http://127.0.0.1:{Port}/whep/{{room}}/{{id}}"]);

    protected override (string Program, IReadOnlyList<string> Arguments) Command() => (program, ["-ip", Address, "-addr", $"127.0.0.1:{Port}"]);
}
