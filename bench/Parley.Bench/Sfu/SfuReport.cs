// The tables of `script/bench sfu`: medians over the rounds.
using System.Globalization;
using System.Text;

namespace Parley.Bench.Sfu;

/// <summary>Collects runs and writes Markdown.</summary>
internal sealed class SfuReport(IReadOnlyList<string> servers, IReadOnlyList<Shape> shapes)
{
    private const string Floor = "floor";
    private const string Own = "Parley";
    private readonly List<Run> _runs = [];

    public void Add(string server, Shape shape, Measurement measured, RunPurpose purpose, int people) => _runs.Add(new Run(server, shape, measured, purpose, people));

    public string Write()
    {
        var text = new StringBuilder();
        var plain = Runs(RunPurpose.Forwarding);
        if (plain.Count > 0)
        {
            Table(text, "µs of the server's processor time per forwarded packet", shapes, [.. servers.Select(name => Column(name, plain, Cpu)), .. Ratios(plain)]);
            Table(text, "milliseconds from the publisher's clock to the subscriber's socket: p50 / p99 / longest", shapes, [.. servers.Select(name => Column(name, plain, Latency))]);
        }

        if (Runs(RunPurpose.Memory) is { Count: > 0 } fresh)
            Table(text, "KiB of resident memory per subscriber, in a server just started", fresh.Select(run => run.Shape).Distinct(), [.. servers.Where(name => name is not Floor).Select(name => Column(name, fresh, Memory))]);

        Search(text);
        Chat(text);
        Remarks(text);
        return text.ToString();
    }

    private List<Run> Runs(RunPurpose purpose) => [.. _runs.Where(run => run.Purpose == purpose)];

    private static (string, Func<Shape, string>) Column(string server, IReadOnlyList<Run> runs, Func<IReadOnlyList<Run>, string> cell) =>
        (server, shape => Of(runs, server, shape) is { Count: > 0 } found ? cell(found) : "–");

    private static List<Run> Of(IEnumerable<Run> runs, string server, Shape shape) => [.. runs.Where(run => string.Equals(run.Server, server, StringComparison.Ordinal) && run.Shape == shape)];

    private static string Cpu(IReadOnlyList<Run> runs) => Text($"{Median(runs, run => run.CpuMicroseconds):F2}");

    private static string Latency(IReadOnlyList<Run> runs) =>
        Text($"{Median(runs, run => run.P50Milliseconds):F2} / {Median(runs, run => run.P99Milliseconds):F2} / {Median(runs, run => run.LongestMilliseconds):F1}");

    private static string Memory(IReadOnlyList<Run> runs) => Text($"{Median(runs, run => run.KibibytesPerSubscriber):F0}");

    private static double Median(IEnumerable<Run> runs, Func<Measurement, double> pick)
    {
        var sorted = runs.Select(run => pick(run.Measured)).Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Table<T>(StringBuilder text, string title, IEnumerable<T> rows, IReadOnlyList<(string Head, Func<T, string> Cell)> columns)
        where T : notnull
    {
        text.Append("**").Append(title).Append("**\n\n| |").AppendJoin("|", columns.Select(column => $" {column.Head} ")).Append("|\n| --- |");
        text.Insert(text.Length, " ---: |", columns.Count).Append('\n');
        foreach (var row in rows)
            text.Append("| ").Append(row is Shape shape ? shape.Name : row).Append(" | ").AppendJoin(" | ", columns.Select(column => column.Cell(row))).Append(" |\n");
        text.Append('\n');
    }

    /// <summary>How far Parley is from the floor, and what it needs of the best other server's time.</summary>
    private IEnumerable<(string, Func<Shape, string>)> Ratios(IReadOnlyList<Run> runs)
    {
        if (!servers.Contains(Own, StringComparer.Ordinal))
            yield break;
        double? Of(string server, Shape shape) => SfuReport.Of(runs, server, shape) is { Count: > 0 } found ? Median(found, run => run.CpuMicroseconds) : null;
        if (servers.Contains(Floor, StringComparer.Ordinal))
            yield return ("Parley − floor", shape => Of(Own, shape) - Of(Floor, shape) is { } over ? Text($"{over:+0.00;−0.00}") : "–");
        var others = servers.Where(name => name is not (Own or Floor)).ToList();
        if (others.Count > 0)
            yield return ("Parley / best peer", shape => Of(Own, shape) / others.Min(name => Of(name, shape)) is { } ratio ? Text($"{ratio:F2}") : "–");
    }

    private void Search(StringBuilder text)
    {
        var runs = Runs(RunPurpose.Search);
        if (runs.Count == 0)
            return;
        Table(text, "most packets per second on one core without loss", runs.Select(run => run.Shape).Distinct(),
            [.. servers.Select(name => Column(name, runs, found => Text($"{Median(found, run => run.MostPacketsPerSecond ?? 0) / 1e3:F0}k{(found[0].Measured.SearchEndedBy is "generator" ? " (the generator's limit)" : "")}")))]);
    }

    private void Chat(StringBuilder text)
    {
        var runs = Runs(RunPurpose.Chat);
        if (runs.Count > 0)
            Table(text, $"while {runs[0].People} people chat in the same process", runs.Select(run => run.Shape).Distinct(), [("ms: p50 / p99 / longest", Column(Own, runs, Latency).Item2), ("µs of processor time, chat included", Column(Own, runs, Cpu).Item2)]);
    }

    private void Remarks(StringBuilder text)
    {
        var losses = _runs.Where(run => run.Measured.Lost != 0).Select(run => Text($"{run.Server} lost {run.Measured.Lost} packets in {run.Shape.Name}")).ToList();
        text.Append(_runs.Count == 0 ? "Nothing was measured." : losses.Count == 0 ? "Nothing was lost." : $"{string.Join("; ", losses)}.").Append('\n');
        foreach (var fault in _runs.Where(run => FaultOf(run) is not null).GroupBy(run => $"{run.Server}, {FaultOf(run)}", StringComparer.Ordinal))
            text.Append("Not to be relied on: ").Append(fault.Key).Append(" (").AppendJoin(", ", fault.Select(run => run.Shape.Name).Distinct(StringComparer.Ordinal)).Append(").\n");
    }

    /// <summary>Those who chat are clients of the bench itself: their load is meant.</summary>
    private static string? FaultOf(Run run) => run.Measured.Fault ?? (run is { Purpose: not RunPurpose.Chat, Measured.OtherCores: > Measurement.Quiet } ? "the machine was busy with something else" : null);

    private sealed record Run(string Server, Shape Shape, Measurement Measured, RunPurpose Purpose, int People);
}

/// <summary>Why a server is run.</summary>
internal enum RunPurpose
{
    /// <summary>So that it has done for a while what it does; not reported.</summary>
    Settling,

    /// <summary>Memory, of a server just started.</summary>
    Memory,

    /// <summary>Processor time and latency.</summary>
    Forwarding,

    /// <summary>The most packets without loss.</summary>
    Search,

    /// <summary>Forwarding while people chat.</summary>
    Chat,
}

