// The runs of `script/bench sfu`: one server at a time on the core that all of them share.
using Parley.Bench.Sfu.Servers;

namespace Parley.Bench.Sfu;

/// <summary>
/// Servers run for hours, so they are measured when they have run for a while: code that is compiled as it is used is not slower for ever than in its first seconds.
/// Those that wait for their turn are stopped (SIGSTOP), so none costs another anything.
/// </summary>
internal sealed class SfuSession(
    Generator generator, RunLength length, TimeSpan settling, IReadOnlyList<Func<SfuServer>> servers, SfuReport report, string? results, CancellationToken ending) : IAsyncDisposable
{
    /// <summary>Garbage of what sets a call up is collected when some seconds have been quiet.</summary>
    private static readonly TimeSpan Collected = TimeSpan.FromSeconds(12);

    private readonly Dictionary<Func<SfuServer>, SfuServer> _running = [];
    private readonly HashSet<Func<SfuServer>> _failed = [];

    /// <summary>Runs that failed; each is told, and leaves its cell empty.</summary>
    public int Failures { get; private set; }

    /// <summary>Memory of servers that are started for it, and ended after it.</summary>
    public async Task RememberAsync(Shape shape, string when)
    {
        foreach (var create in servers)
        {
            var server = create();
            await using var _ = server.ConfigureAwait(false);
            if (server.RunsOn && !ending.IsCancellationRequested)
                await SucceedsAsync(server, shape, $"memory, {when}", RunPurpose.Memory, 0, length with { WarmUp = length.WarmUp > Collected ? length.WarmUp : Collected }, start: true);
        }
    }

    /// <summary>Starts servers anew, which then run on until the next call or the end, and lets each do for a while what it will be measured at.</summary>
    public async Task SettleAsync()
    {
        await EndAsync();
        if (settling <= TimeSpan.Zero)
            return;
        foreach (var create in servers)
        {
            var server = create();
            if (!server.RunsOn || ending.IsCancellationRequested)
            {
                await server.DisposeAsync();
                continue;
            }

            var settles = true;
            foreach (var shape in Shape.ForSettling)
                settles = settles && await SucceedsAsync(server, shape, "settling", RunPurpose.Settling, 0, length with { WarmUp = settling / Shape.ForSettling.Count }, start: shape == Shape.ForSettling[0]);
            if (settles)
            {
                _running[create] = server;
                server.Pause();
            }
            else
            {
                _failed.Add(create);
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>Every server once.</summary>
    public async Task EachAsync(Shape shape, string when, RunPurpose purpose, int people = 0)
    {
        foreach (var create in servers)
        {
            if (ending.IsCancellationRequested)
                return;
            if (_failed.Contains(create))
                continue;
            if (_running.TryGetValue(create, out var running))
            {
                running.Resume();
                await SucceedsAsync(running, shape, when, purpose, people, length, start: false);
                running.Pause();
                continue;
            }

            var server = create();
            await using var _ = server.ConfigureAwait(false);
            await SucceedsAsync(server, shape, when, purpose, people, length, start: true);
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync();

    private async Task<bool> SucceedsAsync(SfuServer server, Shape shape, string when, RunPurpose purpose, int people, RunLength length, bool start)
    {
        // Only a server with signaling of its own can have people chat in it.
        if (people > 0 && server is not ParleySfu)
            return true;
        try
        {
            if (start)
                await server.StartAsync();
            await using var chatter = people > 0 && server is ParleySfu parley ? await Chatter.StartAsync(parley.Signaling, people) : null;
            var measured = await generator.RunAsync(server, shape, length, purpose == RunPurpose.Search, ending);
            chatter?.AssertHeard();
            report.Add(server.Name, shape, measured, purpose, people);
            await TellAsync($"{shape.Name}, {when}, {server.Name}: {measured}");
            if (results is not null)
                await File.AppendAllTextAsync(results, $"{shape.Name}\t{when}\t{server.Key}\t{measured}\n");
            return true;
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or HttpRequestException)
        {
            Failures++;
            await TellAsync($"{shape.Name}, {when}, {server.Name}: failed: {error.Message}");
            return false;
        }
    }

    private async Task EndAsync()
    {
        foreach (var server in _running.Values)
        {
            server.Resume();
            await server.DisposeAsync();
        }

        _running.Clear();
        _failed.Clear();
    }

    private static Task TellAsync(string line) => Console.Error.WriteLineAsync(line);
}
