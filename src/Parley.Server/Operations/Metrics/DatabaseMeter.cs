// The database's own counters as instruments.
using System.Diagnostics.Metrics;
using Parley.Data;

namespace Parley.Server.Operations.Metrics;

internal sealed class DatabaseMeter : IDisposable
{
    private readonly Meter _meter;

    public DatabaseMeter(IMeterFactory factory, Database database)
    {
        _meter = factory.Create(ParleyMetrics.MeterName);
        _meter.CreateObservableCounter("parley.database.writes", () => database.Statistics.Writes, "{write}", "Writes that were stored.");
        _meter.CreateObservableCounter("parley.database.commits", () => database.Statistics.Commits, "{commit}", "Transactions that were committed.");
        _meter.CreateObservableCounter("parley.database.failures", () => database.Statistics.Failures, "{failure}", "Operations that found the database unavailable.");
        _meter.CreateObservableGauge("parley.database.available", () => database.IsAvailable ? 1 : 0, null, "1 while the database answers.");
    }

    public void Dispose() => _meter.Dispose();
}
