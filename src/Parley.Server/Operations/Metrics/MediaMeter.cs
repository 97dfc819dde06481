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
        [.. Enum.GetValues<DropReason>().Select(static reason => (reason, new KeyValuePair<string, object?>("reason", NameOf(reason))))];

    private readonly Meter _meter;
    private readonly MediaGateway _gateway;
    private readonly Histogram<double> _roundTrip;
    private readonly Histogram<double> _loss;
    private readonly Histogram<double> _estimate;
    private readonly Histogram<double> _pacingWait;

    public MediaMeter(IMeterFactory factory, MediaGateway gateway)
    {
        _gateway = gateway;
        _meter = factory.Create(ParleyMetrics.MeterName);
        Count("parley.media.datagrams.received", "{datagram}", "Datagrams that the media server read, by worker.", static worker => worker.DatagramsReceived);
        Count("parley.media.received", "By", "Bytes of datagrams that the media server read, by worker.", static worker => worker.BytesReceived);
        Count("parley.media.datagrams.sent", "{datagram}", "Datagrams that the media server sent, by worker.", static worker => worker.DatagramsSent);
        Count("parley.media.sent", "By", "Bytes of datagrams that the media server sent, by worker.", static worker => worker.BytesSent);
        Count("parley.media.send.calls", "{call}", "System calls that sent datagrams, by worker.", static worker => worker.SendCalls);
        Count("parley.media.send.failures", "{datagram}", "Datagrams that the system did not take, by worker.", static worker => worker.SendFailures);
        Count("parley.media.steered", "{datagram}", "Datagrams and connections that came to another worker than their meeting's and were handed over, by worker.", static worker => worker.Steered);
        Count("parley.media.steering.drops", "{datagram}", "Datagrams that were not handed over because the other worker was behind, by worker.", static worker => worker.SteeringDrops);
        Count("parley.media.relay.records", "{record}", "Packets, and words about them, relayed to other workers, by worker.", static worker => worker.Relay.Sent);
        Count("parley.media.relay.drops", "{record}", "Those for which there was no room because the other worker was behind, by worker.", static worker => worker.Relay.Dropped);
        Count("parley.media.relay.packets.repeated", "{packet}", "Packets that another worker missed and was sent again, by worker.", static worker => worker.Relay.Repeated);
        Count("parley.media.connections.accepted", "{connection}", "TCP connections of media, by worker.", static worker => worker.Tcp.Accepted);
        Count("parley.media.connections.refused", "{connection}", "TCP connections that did not begin as media does, by worker.", static worker => worker.Tcp.Refused);
        Count("parley.media.connections.drops", "{frame}", "Frames that a slow TCP connection had no room or no time for, by worker.", static worker => worker.Tcp.DroppedFull + worker.Tcp.DroppedOld);
        Count("parley.media.publishers.packets.lost", "{packet}", "Packets of publishers that never came, by worker.", static worker => worker.Repairs.PacketsLost);
        Count("parley.media.publishers.packets.requested", "{packet}", "Packets that publishers were asked for again (NACK), by worker.", static worker => worker.Repairs.PacketsRequested);
        Count("parley.media.publishers.keyframes.requested", "{request}", "Keyframes that publishers were asked for (PLI or FIR), by worker.", static worker => worker.Repairs.KeyframeRequests);
        Count("parley.media.subscribers.packets.lost", "{packet}", "Packets that subscribers report as lost, by worker.", static worker => worker.Repairs.PacketsLostBySubscribers);
        Count("parley.media.subscribers.packets.repeated", "{packet}", "Packets sent again because subscribers asked (NACK), by worker.", static worker => worker.Repairs.PacketsRepeated);
        Count("parley.media.subscribers.repeats.refused", "{packet}", "Packets that subscribers asked for and that were not held any more, or sent again just before, by worker.", static worker => worker.Repairs.RepeatsRefused);
        Count("parley.media.subscribers.keyframes.requested", "{request}", "Keyframes that subscribers asked for (PLI or FIR), by worker.", static worker => worker.Repairs.KeyframesAsked);
        Count("parley.media.subscribers.keyframes.missing", "{subscription}", "Subscriptions that waited in vain for a keyframe, by worker.", static worker => worker.Repairs.KeyframesMissing);
        _meter.CreateObservableGauge("parley.media.peers", () => Read(static worker => worker.Peers), "{peer}", "Peers, connected or not yet, by worker.");
        _roundTrip = _meter.CreateHistogram<double>(
            "parley.media.round_trip",
            "s",
            "Round trips to subscribers, by worker: each one's last, every 15 s.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6] });
        _loss = _meter.CreateHistogram<double>(
            "parley.media.loss_ratio",
            "1",
            "The share of packets that subscribers lose, by worker: each subscription's last, every 15 s.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5] });
        _estimate = _meter.CreateHistogram<double>(
            "parley.media.estimate_bits_per_second",
            "bit/s",
            "What the ways to subscribers carry, by worker: each one's estimate, every 15 s.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [150e3, 300e3, 600e3, 1.2e6, 2.5e6, 5e6, 10e6, 20e6] });
        _pacingWait = _meter.CreateHistogram<double>(
            "parley.media.pacing_wait",
            "s",
            "The longest time that a packet waited for its turn on the way to its subscriber, by worker: each subscriber's since it began, every 15 s.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5] });
        _meter.CreateObservableGauge("parley.media.connections", () => Read(static worker => worker.Tcp.Open), "{connection}", "Open TCP connections of media, by worker.");
        _meter.CreateObservableCounter("parley.media.drops", ReadDrops, "{datagram}", "Datagrams that went nowhere, by worker and reason.");
        _meter.CreateObservableGauge(
            "parley.media.turn.longest", () => Read(static worker => worker.LongestTurnUs / 1e6), "s", "The longest turn of the last 15 to 30 s, from reading to having forwarded, by worker.");
        _meter.CreateObservableGauge("parley.media.sessions", ReadSessions, "{session}", "WHIP and WHEP sessions, by kind.");
        _meter.CreateObservableGauge("parley.media.sockets", () => gateway.Server?.PeerSockets ?? 0, "{socket}", "Descriptors that media clients take: their own sockets, and TCP connections.");
        _meter.CreateObservableGauge("parley.media.sockets.limit", () => gateway.Server?.MaxPeerSockets ?? 0, "{socket}", "How many they may take.");
        _meter.CreateObservableGauge("parley.media.dtls.sessions", () => gateway.Server?.LiveDtlsSessions ?? 0, "{session}", "DTLS sessions whose native memory is held.");
        _meter.CreateObservableCounter("parley.media.dtls.drops", ReadDtlsDrops, "{datagram}", "Datagrams of DTLS that went nowhere, by reason.");
        _meter.CreateObservableCounter("parley.media.dtls.faults", () => gateway.Server?.DtlsCounters.Faults ?? 0, "{association}", "DTLS associations that a fault of this server ended.");
    }

    public static string NameOf(DropReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());

    /// <summary>Counts how a peer fares now.</summary>
    public void Sample(int worker, PeerStatistics peer)
    {
        var label = new KeyValuePair<string, object?>("worker", worker);
        if (peer.RoundTripUs > 0)
            _roundTrip.Record(peer.RoundTripUs / 1e6, label);
        if (peer.EstimateBps > 0)
        {
            _estimate.Record(peer.EstimateBps, label);
            _pacingWait.Record(peer.LongestPacingWaitUs / 1e6, label);
        }

        foreach (var subscription in peer.Subscriptions)
        {
            // Before its first report nothing is known of it.
            if (subscription is { RoundTripUs: > 0, IsPaused: false })
                _loss.Record(subscription.LossRate, label);
        }
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

    private IEnumerable<Measurement<long>> ReadDtlsDrops()
    {
        var counters = _gateway.Server?.DtlsCounters ?? default;
        return
        [
            new(counters.Malformed, new KeyValuePair<string, object?>("reason", "malformed")),
            new(counters.Overflowed, new KeyValuePair<string, object?>("reason", "overflowed")),
        ];
    }

    private IEnumerable<Measurement<int>> ReadSessions() =>
    [
        new(_gateway.Count(MediaSessionKind.Publisher), new KeyValuePair<string, object?>("kind", "publisher")),
        new(_gateway.Count(MediaSessionKind.Subscriber), new KeyValuePair<string, object?>("kind", "subscriber")),
    ];

    private IReadOnlyList<WorkerStatistics> Statistics() => _gateway.Server?.ReadStatistics() ?? [];
}
