// `script/bench sfu`: every server in every round, for every shape, one after the other.
using System.Runtime.InteropServices;
using Parley.Bench.Sfu.Servers;

namespace Parley.Bench.Sfu;

/// <summary>Reads the command line, runs, prints tables.</summary>
internal static class SfuCommand
{
    public const string Usage = "Parley.Bench sfu [--floor PROGRAM] [--janus DIRECTORY] [--pion PROGRAM] [--parley PROGRAM] --sfugen PROGRAM"
        + " [--only floor,janus,pion,parley] [--shape NAMES] [--rounds N] [--seconds S] [--warm S] [--search] [--chat PEOPLE] [--results FILE] [--quick]";

    private const int MostPeopleChatting = 5000;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Options(args);
        if (options.Text("sfugen") is not { } sfugen || Machine.Cores < 2)
        {
            await Console.Error.WriteLineAsync(Machine.Cores < 2 ? "Server and generator need a core each." : $"usage: {Usage}");
            return 2;
        }

        var quick = options.Has("quick");
        IReadOnlyList<Shape> shapes;
        try
        {
            shapes = options.List("shape") is { } names ? [.. names.SelectMany(Shape.Matching).Distinct()] : quick ? Shape.Quick : Shape.Usual;
        }
        catch (FormatException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 2;
        }

        var servers = Servers(options);
        if (servers.Count == 0)
        {
            await Console.Error.WriteLineAsync($"no server to measure; usage: {Usage}");
            return 2;
        }

        var generator = new Generator(sfugen, TimeSpan.FromSeconds(options.Number("warm", quick ? 2 : 4)), TimeSpan.FromSeconds(options.Number("seconds", quick ? 3 : 8)));
        var report = new SfuReport([.. servers.Select(create => create().Name)], shapes);
        var rounds = (int)options.Number("rounds", quick ? 1 : 3);
        // Whoever ends the bench ends its servers with it, and still sees what has been measured.
        using var ending = new CancellationTokenSource();
        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            ending.Cancel();
        }

        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);
        var session = new Session(generator, servers, report, options.Text("results"), ending.Token);
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var shape in shapes)
                await session.EachAsync(shape, $"round {round} of {rounds}", search: false, people: 0);
        }

        if (options.Has("search"))
        {
            foreach (var shape in new[] { new Shape(50, 0, Burst: false), new Shape(50, 0, Burst: true) })
                await session.EachAsync(shape, "the most packets without loss", search: true, people: 0);
        }

        if ((int)options.Number("chat", 0) is > 0 and <= MostPeopleChatting and var people)
        {
            foreach (var shape in new[] { new Shape(50, 0, Burst: false), new Shape(50, 0, Burst: true) })
                await session.EachAsync(shape, $"{people} people chatting", search: false, people);
        }

        Console.WriteLine(Machine.Describe($"script/bench sfu{(quick ? " --quick" : "")}"));
        Console.WriteLine();
        Console.Write(report.Write());
        return ending.IsCancellationRequested ? 130 : session.Failures == 0 ? 0 : 1;
    }

    private static List<Func<SfuServer>> Servers(Options options)
    {
        var only = options.List("only");
        var servers = new List<Func<SfuServer>>();
        void Add(string key, Func<string, SfuServer> create)
        {
            if (options.Text(key) is { } path && (only is null || only.Contains(key, StringComparer.Ordinal)))
                servers.Add(() => create(path));
        }

        Add("floor", path => new FloorServer(path));
        Add("janus", path => new JanusServer(path));
        Add("pion", path => new PionServer(path));
        Add("parley", path => new ParleySfu(path));
        return servers;
    }

    /// <summary>One run of each server; a failure is told, and leaves its cell empty.</summary>
    private sealed class Session(Generator generator, IReadOnlyList<Func<SfuServer>> servers, SfuReport report, string? results, CancellationToken ending)
    {
        public int Failures { get; private set; }

        public async Task EachAsync(Shape shape, string when, bool search, int people)
        {
            foreach (var create in servers)
            {
                if (ending.IsCancellationRequested)
                    return;
                await using var server = create();
                // Only a server with signaling of its own can have people chat in it.
                if (people > 0 && server is not ParleySfu)
                    continue;
                try
                {
                    await server.StartAsync();
                    await using var chatter = people > 0 && server is ParleySfu parley ? await Chatter.StartAsync(parley.Signaling, people) : null;
                    var measured = await generator.RunAsync(server, shape, search, ending);
                    chatter?.AssertHeard();
                    report.Add(server.Name, shape, measured, search, people);
                    await TellAsync($"{shape.Name}, {when}, {server.Name}: {measured}");
                    if (results is not null)
                        await File.AppendAllTextAsync(results, $"{shape.Name}\t{when}\t{server.Key}\t{measured}\n");
                }
                catch (Exception error) when (error is InvalidOperationException or IOException or HttpRequestException)
                {
                    Failures++;
                    await TellAsync($"{shape.Name}, {when}, {server.Name}: failed: {error.Message}");
                }
            }
        }

        private static Task TellAsync(string line) => Console.Error.WriteLineAsync(line);
    }
}
