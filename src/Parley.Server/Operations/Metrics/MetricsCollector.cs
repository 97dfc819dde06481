// Listens to the meters of Parley, ASP.NET Core, Kestrel and the runtime, and keeps one running value per series.
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Parley.Server.Operations.Metrics;

/// <summary>How a series is read.</summary>
internal enum SeriesKind
{
    /// <summary>Only rises.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Counts by size.</summary>
    Histogram,
}

/// <summary>A series at one moment.</summary>
internal sealed record Series(
    string Name,
    string Help,
    SeriesKind Kind,
    IReadOnlyList<KeyValuePair<string, string>> Labels,
    double Value,
    long Count,
    IReadOnlyList<double> Bounds,
    IReadOnlyList<long> Buckets);

/// <summary>Collects measurements; memory is bounded by a limit of series per instrument.</summary>
internal sealed class MetricsCollector : IDisposable
{
    private const int MaxSeriesPerInstrument = 500;

    private static readonly string[] ForeignMeters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    private static readonly double[] SecondBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly ConcurrentDictionary<Instrument, InstrumentSeries> _instruments = new();
    private readonly Lock _collecting = new();
    private readonly MeterListener _listener;

    public MetricsCollector(IMeterFactory factory, ParleyMetrics metrics)
    {
        _ = metrics; // its instruments exist before the listener starts
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                // Several servers may live in one process, in tests; each counts what is its own.
                var isOurs = instrument.Meter.Name == ParleyMetrics.MeterName || ForeignMeters.Contains(instrument.Meter.Name, StringComparer.Ordinal);
                if (isOurs && (instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, factory)))
                    listener.EnableMeasurementEvents(instrument, _instruments.GetOrAdd(instrument, static created => new InstrumentSeries(created)));
            },
        };
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => Record(state, (double)value, tags));
        _listener.Start();
    }

    /// <summary>Every series now.</summary>
    public IReadOnlyList<Series> Collect()
    {
        lock (_collecting)
        {
            _listener.RecordObservableInstruments();
            return [.. _instruments.Values.SelectMany(static instrument => instrument.Snapshot())];
        }
    }

    public void Dispose() => _listener.Dispose();

    private static void Record(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => ((InstrumentSeries)state!).Record(value, tags);

    /// <summary>The series of one instrument, by their labels.</summary>
    private sealed class InstrumentSeries
    {
        private readonly ConcurrentDictionary<string, Cell> _cells = new(StringComparer.Ordinal);
        private readonly string _name;
        private readonly string _help;
        private readonly SeriesKind _kind;
        private readonly bool _isTotal;
        private readonly IReadOnlyList<double> _bounds;

        public InstrumentSeries(Instrument instrument)
        {
            var type = instrument.GetType().GetGenericTypeDefinition();
            _isTotal = instrument.IsObservable || type == typeof(Gauge<>);
            _kind = type == typeof(Counter<>) || type == typeof(ObservableCounter<>)
                ? SeriesKind.Counter
                : type == typeof(Histogram<>) ? SeriesKind.Histogram : SeriesKind.Gauge;
            _name = PrometheusName(instrument, _kind);
            _help = instrument.Description ?? instrument.Name;
            _bounds = instrument is Histogram<double> { Advice.HistogramBucketBoundaries: { Count: > 0 } advised } ? advised : SecondBounds;
        }

        public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var key = tags.IsEmpty ? string.Empty : Key(tags);
            if (!_cells.TryGetValue(key, out var cell))
            {
                if (_cells.Count >= MaxSeriesPerInstrument)
                    return;
                cell = _cells.GetOrAdd(key, new Cell(Labels(tags), _bounds.Count));
            }

            cell.Record(value, _kind, _isTotal, _bounds);
        }

        public IEnumerable<Series> Snapshot() => _cells.Values.Select(cell => cell.Snapshot(_name, _help, _kind, _bounds));

        private static string Key(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var key = new System.Text.StringBuilder();
            foreach (var (name, value) in tags)
                key.Append(name).Append('\u0001').Append(Text(value)).Append('\u0002');
            return key.ToString();
        }

        private static KeyValuePair<string, string>[] Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var labels = new KeyValuePair<string, string>[tags.Length];
            for (var i = 0; i < tags.Length; i++)
                labels[i] = new KeyValuePair<string, string>(Sanitize(tags[i].Key), Text(tags[i].Value));
            return labels;
        }

        private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;

        /// <summary>As the OpenTelemetry to Prometheus mapping has it: unit as suffix, counters end in _total.</summary>
        private static string PrometheusName(Instrument instrument, SeriesKind kind)
        {
            var name = Sanitize(instrument.Name);
            var unit = instrument.Unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => string.Empty };
            if (unit.Length > 0 && !name.EndsWith(unit, StringComparison.Ordinal))
                name += unit;
            return kind == SeriesKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? $"{name}_total" : name;
        }

        private static string Sanitize(string name) => string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
    }

    /// <summary>One running value.</summary>
    private sealed class Cell(KeyValuePair<string, string>[] labels, int bounds)
    {
        private readonly Lock _gate = new();
        private readonly long[] _buckets = new long[bounds];
        private double _value;
        private long _count;

        public void Record(double value, SeriesKind kind, bool isTotal, IReadOnlyList<double> limits)
        {
            lock (_gate)
            {
                _value = isTotal ? value : _value + value;
                _count++;
                if (kind != SeriesKind.Histogram)
                    return;
                for (var i = 0; i < limits.Count; i++)
                {
                    if (value <= limits[i])
                    {
                        _buckets[i]++;
                        return;
                    }
                }
            }
        }

        public Series Snapshot(string name, string help, SeriesKind kind, IReadOnlyList<double> limits)
        {
            lock (_gate)
                return new Series(name, help, kind, labels, _value, _count, limits, [.. _buckets]);
        }
    }
}
