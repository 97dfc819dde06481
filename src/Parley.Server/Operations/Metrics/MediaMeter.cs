// The media server's own counters as instruments: what workers carried and dropped, and who is connected.
using System.Diagnostics.Metrics;
using System.Text.Json;
using Parley.Media.Engine;
using Parley.Media.Udp;
using Parley.Server.Media;

namespace Parley.Server.Operations.Metrics;

internal sealed class MediaMeter : IDisposable
{
    private static readonly (DropReason Reason, KeyValuePair<string, object?> Label)[] Drops =
        [.. Enum.GetValues<DropReason>().Select(static reason => (reason, new KeyValuePair<string, object?>("reason", JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString()))))];

    private readonly Meter _meter;
    private readonly MediaGateway _gateway;

    public MediaMeter(IMeterFactory factory, MediaGateway gateway)
    {
        _gateway = gateway;
        _meter = factory.Create(ParleyMetrics.MeterName);
        Count("parley.media.datagrams.received", "{datagram}", "Datagrams that the media server read, by worker.", static worker => worker.DatagramsReceived);
        Count("parley.media.datagrams.sent", "{datagram}", "Datagrams that the media server sent, by worker.", static worker => worker.DatagramsSent);
        Count("parley.media.sent", "By", "Bytes of datagrams that the media server sent, by worker.", static worker => worker.BytesSent);
        Count("parley.media.send.calls", "{call}", "System calls that sent datagrams, by worker.", static worker => worker.SendCalls);
        Count("parley.media.send.failures", "{datagram}", "Datagrams that the system did not take, by worker.", static worker => worker.SendFailures);
        Count("parley.media.steered", "{datagram}", "Datagrams and connections that came to another worker than their meeting's and were handed over, by worker.", static worker => worker.Steered);
        Count("parley.media.steering.drops", "{datagram}", "Datagrams that were not handed over because the other worker was behind, by worker.", static worker => worker.SteeringDrops);
        Count("parley.media.connections.accepted", "{connection}", "TCP connections of media, by worker.", static worker => worker.Tcp.Accepted);
        Count("parley.media.connections.refused", "{connection}", "TCP connections that did not begin as media does, by worker.", static worker => worker.Tcp.Refused);
        Count("parley.media.connections.drops", "{frame}", "Frames that a slow TCP connection had no room or no time for, by worker.", static worker => worker.Tcp.DroppedFull + worker.Tcp.DroppedOld);
        _meter.CreateObservableGauge("parley.media.connections", () => Read(static worker => worker.Tcp.Open), "{connection}", "Open TCP connections of media, by worker.");
        _meter.CreateObservableCounter("parley.media.drops", ReadDrops, "{datagram}", "Datagrams that went nowhere, by worker and reason.");
        _meter.CreateObservableGauge(
            "parley.media.turn.longest", () => Read(static worker => worker.LongestTurnUs / 1e6), "s", "The longest time from reading a datagram to having forwarded it, by worker.");
        _meter.CreateObservableGauge("parley.media.sessions", ReadSessions, "{session}", "WHIP and WHEP sessions, by kind.");
        _meter.CreateObservableGauge("parley.media.dtls.sessions", () => gateway.Server?.LiveDtlsSessions ?? 0, "{session}", "DTLS sessions whose native memory is held.");
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Label(WorkerStatistics worker) => new("worker", worker.Worker);

    private void Count(string name, string unit, string description, Func<WorkerStatistics, long> value) =>
        _meter.CreateObservableCounter(name, () => Read(value), unit, description);

    private IEnumerable<Measurement<T>> Read<T>(Func<WorkerStatistics, T> value)
        where T : struct =>
        Statistics().Select(worker => new Measurement<T>(value(worker), Label(worker)));

    private IEnumerable<Measurement<long>> ReadDrops() =>
        Statistics().SelectMany(static worker => Drops.Select(drop => new Measurement<long>(worker.Drops[drop.Reason], Label(worker), drop.Label)));

    private IEnumerable<Measurement<int>> ReadSessions() =>
    [
        new(_gateway.Count(MediaSessionKind.Publisher), new KeyValuePair<string, object?>("kind", "publisher")),
        new(_gateway.Count(MediaSessionKind.Subscriber), new KeyValuePair<string, object?>("kind", "subscriber")),
    ];

    private IReadOnlyList<WorkerStatistics> Statistics() => _gateway.Server?.ReadStatistics() ?? [];
}
