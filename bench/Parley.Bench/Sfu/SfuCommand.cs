// `script/bench sfu`: every server in every round, for every shape, one after the other.
using System.Runtime.InteropServices;
using Parley.Bench.Sfu.Servers;

namespace Parley.Bench.Sfu;

/// <summary>Reads the command line, runs, prints tables.</summary>
internal static class SfuCommand
{
    public const string Usage = "Parley.Bench sfu [--floor PROGRAM] [--janus DIRECTORY] [--pion PROGRAM] [--parley PROGRAM] --sfugen PROGRAM"
        + " [--only floor,janus,pion,parley] [--shape NAMES] [--rounds N] [--seconds S] [--warm S] [--settle S] [--search] [--chat PEOPLE] [--results FILE] [--quick]";

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

        var length = new RunLength(TimeSpan.FromSeconds(options.Number("warm", quick ? 2 : 4)), TimeSpan.FromSeconds(options.Number("seconds", quick ? 3 : 8)));
        var settling = TimeSpan.FromSeconds(options.Number("settle", quick ? 0 : 120));
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
        await using var session = new SfuSession(new Generator(sfugen), length, settling, servers, report, options.Text("results"), ending.Token);
        for (var round = 1; round <= rounds; round++)
        {
            var when = $"round {round} of {rounds}";
            foreach (var shape in Shape.ForMemory.Where(shape => !quick || shapes.Contains(shape)))
                await session.RememberAsync(shape, when);
            await session.SettleAsync();
            foreach (var shape in shapes)
                await session.EachAsync(shape, when, RunPurpose.Forwarding);
        }

        Shape[] loaded = [new(50, 0, Burst: false), new(50, 0, Burst: true)];
        if (options.Has("search"))
        {
            foreach (var shape in loaded)
                await session.EachAsync(shape, "the most packets without loss", RunPurpose.Search);
        }

        if ((int)options.Number("chat", 0) is > 0 and <= MostPeopleChatting and var people)
        {
            foreach (var shape in loaded)
                await session.EachAsync(shape, $"{people} people chatting", RunPurpose.Chat, people);
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
}
