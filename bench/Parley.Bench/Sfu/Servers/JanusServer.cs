// Debian's Janus with its videoroom, configured by bench/peers/janus.
namespace Parley.Bench.Sfu.Servers;

internal sealed class JanusServer(string configuration) : ForwardingProcess
{
    public override string Key => "janus";

    public override string Name => "Janus";

    /// <summary>As in janus.transport.websockets.jcfg.</summary>
    protected override int? Port => 8188;

    public override Task<IReadOnlyList<string>> GeneratorArgumentsAsync(int rooms) => Task.FromResult<IReadOnlyList<string>>(["-adapter", "janus", "-url", $"ws://127.0.0.1:{Port}/"]);

    protected override (string Program, IReadOnlyList<string> Arguments) Command() =>
        ("janus", ["--config", Path.Combine(configuration, "janus.jcfg"), "--configs-folder", configuration, "--disable-colors"]);
}
