// The table of `script/bench signaling`: every peer in every round, medians over the rounds.
using System.Globalization;
using System.Text;
using Parley.Bench.Measurements;
using Parley.Bench.Peers;

namespace Parley.Bench;

/// <summary>Runs all measurements, peers interleaved, and writes Markdown.</summary>
internal sealed class SignalingReport(IReadOnlyList<Func<Peer>> peers, bool quick)
{
    private readonly int _rounds = quick ? 1 : 3;
    private readonly int _idleRooms = quick ? 200 : 1000;
    private readonly int _pairs = quick ? 200 : 1000;
    private readonly int _perSecond = quick ? 2000 : 10_000;
    private readonly int _stormJoins = quick ? 400 : 2000;
    private readonly TimeSpan _duration = TimeSpan.FromSeconds(quick ? 3 : 10);

    public async Task<string> RunAsync(TextWriter progress)
    {
        var columns = new List<(string Name, double Memory, List<RelayResult> Relay, List<JoinResult> Joins)>();
        foreach (var create in peers)
        {
            await using var named = create();
            await progress.WriteLineAsync($"memory: {named.Name}");
            columns.Add((named.Name, await IdleMemory.MeasureAsync(create, _idleRooms), [], []));
        }

        for (var round = 1; round <= _rounds; round++)
        {
            for (var i = 0; i < peers.Count; i++)
            {
                await progress.WriteLineAsync($"relay, round {round} of {_rounds}: {columns[i].Name}");
                var relay = await RelayLatency.MeasureAsync(peers[i], _pairs, _perSecond, warmUp: _duration, _duration);
                await progress.WriteLineAsync($"  {relay}");
                columns[i].Relay.Add(relay);
            }
        }

        for (var i = 0; i < peers.Count; i++)
        {
            await progress.WriteLineAsync($"joins: {columns[i].Name}");
            columns[i].Joins.Add(await Joins.MeasureAsync(peers[i], fullRooms: quick ? 3 : 10, _stormJoins, TimeSpan.FromSeconds(_stormJoins / 200.0)));
        }

        var table = new StringBuilder();
        Row(table, "", columns.Select(column => column.Name));
        Row(table, "---", columns.Select(_ => "---:"));
        Row(table, $"memory per idle participant ({_idleRooms:N0} rooms of five)", columns.Select(column => $"{column.Memory:F1} KiB"));
        void Relay(string what, Func<RelayResult, double> pick, string format) =>
            Row(table, what, columns.Select(column => string.Format(CultureInfo.InvariantCulture, format, Median(column.Relay.Select(pick)))));
        Relay($"relay at {_pairs:N0} pairs, {_perSecond:N0} messages/s of 200 bytes: p50", result => result.P50, "{0:F2} ms");
        Relay("p99", result => result.P99, "{0:F2} ms");
        Relay("p99.9", result => result.P999, "{0:F2} ms");
        Relay("messages per second that arrived", result => result.PerSecond, "{0:N0}");
        Relay("server CPU per message", result => result.CpuMicroseconds, "{0:F1} µs");
        void Join(string what, Func<JoinResult, string> pick) => Row(table, what, columns.Select(column => pick(column.Joins[0])));
        Join("joining as the 100th of a room: median, longest", result => Text($"{result.HundredthMedian:F1} ms, {result.HundredthMax:F1} ms"));
        Join($"{_stormJoins:N0} joins at 200/s, from opening the socket: p50", result => Text($"{result.StormP50:F1} ms"));
        Join("p99, longest", result => Text($"{result.StormP99:F1} ms, {result.StormMax:F1} ms"));
        Join("failed", result => Text($"{result.StormFailures}"));
        return table.ToString();
    }

    private static void Row(StringBuilder table, string head, IEnumerable<string> cells) =>
        table.Append("| ").Append(head).Append(" | ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
