// A forwarding server under test.
namespace Parley.Bench.Sfu.Servers;

/// <summary>Runs on its own core of the bench's network namespace.</summary>
internal abstract class SfuServer : IAsyncDisposable
{
    /// <summary>The one address of the namespace that is not loopback: some servers do not offer 127.0.0.1 as a candidate.</summary>
    public const string Address = "10.99.0.1";

    /// <summary>As in <c>--only</c>.</summary>
    public abstract string Key { get; }

    /// <summary>As in tables.</summary>
    public abstract string Name { get; }

    public abstract int ProcessId { get; }

    /// <summary>Whether it is measured after it has run for a while, as servers do; otherwise it is started for each run.</summary>
    public virtual bool RunsOn => true;

    /// <summary>Returns when it answers.</summary>
    public abstract Task StartAsync();

    /// <summary>How the generator speaks to it, with so many rooms to be made.</summary>
    public abstract Task<IReadOnlyList<string>> GeneratorArgumentsAsync(int rooms);

    /// <summary>Stops it where it is, until <see cref="Resume"/>.</summary>
    public void Pause() => Signals.Send(ProcessId, Signals.Stop);

    /// <summary>Lets it go on.</summary>
    public void Resume() => Signals.Send(ProcessId, Signals.Continue);

    public abstract ValueTask DisposeAsync();
}
