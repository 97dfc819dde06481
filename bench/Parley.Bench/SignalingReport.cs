// The table of `script/bench signaling`: every peer in every round, medians over the rounds.
using System.Globalization;
using System.Text;
using Parley.Bench.Measurements;
using Parley.Bench.Peers;

namespace Parley.Bench;

/// <summary>Runs the measurements, peers interleaved, and writes Markdown.</summary>
internal sealed class SignalingReport(IReadOnlyList<Func<Peer>> peers, IReadOnlySet<string> parts, bool quick)
{
    public static readonly IReadOnlySet<string> AllParts = new HashSet<string>(StringComparer.Ordinal) { Memory, Relay, Join };

    private const string Memory = "memory";
    private const string Relay = "relay";
    private const string Join = "joins";

    private readonly int _rounds = quick ? 1 : 3;
    private readonly int _idleRooms = quick ? 200 : 1000;
    private readonly int _pairs = quick ? 200 : 1000;
    private readonly int _perSecond = quick ? 2000 : 10_000;
    private readonly int _stormJoins = quick ? 400 : 2000;
    private readonly TimeSpan _duration = TimeSpan.FromSeconds(quick ? 3 : 10);

    public async Task<string> RunAsync(TextWriter progress)
    {
        var columns = new List<Column>();
        foreach (var create in peers)
        {
            await using var named = create();
            columns.Add(new Column(named.Name, create));
        }

        if (parts.Contains(Memory))
        {
            await EachAsync(columns, progress, Memory, async column => column.Memory = await IdleMemory.MeasureAsync(column.Create, _idleRooms));
        }

        if (parts.Contains(Relay))
        {
            for (var round = 1; round <= _rounds; round++)
            {
                await EachAsync(columns, progress, $"relay, round {round} of {_rounds}", async column =>
                {
                    column.Relay.Add(await RelayLatency.MeasureAsync(column.Create, _pairs, _perSecond, warmUp: _duration, _duration));
                    return column.Relay[^1];
                });
            }
        }

        if (parts.Contains(Join))
        {
            var spread = TimeSpan.FromSeconds(_stormJoins / 200.0);
            await EachAsync(columns, progress, Join, async column => column.Joins = await Joins.MeasureAsync(column.Create, quick ? 3 : 10, _stormJoins, spread));
        }

        return Write(columns);
    }

    private static async Task EachAsync<T>(List<Column> columns, TextWriter progress, string what, Func<Column, Task<T>> measure)
    {
        foreach (var column in columns)
            await progress.WriteLineAsync($"{what}, {column.Name}: {await measure(column)}");
    }

    private string Write(List<Column> columns)
    {
        var table = new StringBuilder();
        void Row(string head, Func<Column, string> cell) => table.Append("| ").Append(head).Append(" | ").AppendJoin(" | ", columns.Select(cell)).Append(" |\n");
        Row("", column => column.Name);
        Row("---", _ => "---:");
        if (parts.Contains(Memory))
            Row(Text($"memory per idle participant ({_idleRooms:N0} rooms of five)"), column => Text($"{column.Memory:F1} KiB"));
        if (parts.Contains(Relay))
        {
            Row(Text($"relay at {_pairs:N0} pairs, {_perSecond:N0} messages/s of 200 bytes: p50"), column => Text($"{column.Of(result => result.P50):F2} ms"));
            Row("p99", column => Text($"{column.Of(result => result.P99):F2} ms"));
            Row("p99.9", column => Text($"{column.Of(result => result.P999):F2} ms"));
            Row("messages per second that arrived", column => Text($"{column.Of(result => result.PerSecond):N0}"));
            Row("server CPU per message", column => Text($"{column.Of(result => result.CpuMicroseconds):F1} µs"));
        }

        if (parts.Contains(Join))
        {
            Row("joining as the 100th of a room: median, longest", column => Text($"{column.Joins!.HundredthMedian:F1} ms, {column.Joins.HundredthMax:F1} ms"));
            Row(Text($"{_stormJoins:N0} joins at 200/s, from opening the socket: p50"), column => Text($"{column.Joins!.StormP50:F1} ms"));
            Row("p99, longest", column => Text($"{column.Joins!.StormP99:F1} ms, {column.Joins.StormMax:F1} ms"));
            Row("failed", column => Text($"{column.Joins!.StormFailures}"));
        }

        return table.ToString();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Column(string name, Func<Peer> create)
    {
        public string Name { get; } = name;

        public Func<Peer> Create { get; } = create;

        public double Memory { get; set; }

        public List<RelayResult> Relay { get; } = [];

        public JoinResult? Joins { get; set; }

        public double Of(Func<RelayResult, double> pick)
        {
            var sorted = Relay.Select(pick).Order().ToList();
            return sorted[sorted.Count / 2];
        }
    }
}
