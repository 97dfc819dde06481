// The product's own instruments. Names follow OpenTelemetry; /metrics writes them in Prometheus form.
using System.Diagnostics.Metrics;

namespace Parley.Server.Operations.Metrics;

/// <summary>Counts what Parley does.</summary>
public sealed class ParleyMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Parley";

    private readonly Meter _meter;
    private readonly UpDownCounter<long> _connections;
    private readonly UpDownCounter<long> _rooms;
    private readonly UpDownCounter<long> _participants;
    private readonly UpDownCounter<long> _waiting;
    private readonly Counter<long> _received;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _outboxOverflows;
    private readonly Counter<long> _closes;
    private readonly Counter<long> _joins;
    private readonly Histogram<double> _joinDuration;
    private readonly Counter<long> _resumes;
    private readonly Counter<long> _timedOut;
    private readonly Counter<long> _statsReports;
    private readonly Counter<long> _released;
    private readonly Counter<long> _signIns;
    private readonly Counter<long> _rateLimited;
    private readonly Counter<long> _tokenRefusals;
    private readonly Counter<long> _auditDropped;

    /// <summary>Creates the instruments.</summary>
    public ParleyMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(MeterName);
        _connections = _meter.CreateUpDownCounter<long>("parley.connections", "{connection}", "Open signaling connections.");
        _rooms = _meter.CreateUpDownCounter<long>("parley.rooms", "{room}", "Running rooms.");
        _participants = _meter.CreateUpDownCounter<long>("parley.participants", "{participant}", "Participants in rooms, reconnecting ones included.");
        _waiting = _meter.CreateUpDownCounter<long>("parley.waiting", "{participant}", "Participants in waiting rooms.");
        _received = _meter.CreateCounter<long>("parley.messages.received", "{message}", "Signaling messages from clients.");
        _sent = _meter.CreateCounter<long>("parley.messages.sent", "{message}", "Signaling messages to clients.");
        _outboxOverflows = _meter.CreateCounter<long>("parley.outbox.overflows", "{connection}", "Connections closed because their outgoing queue overflowed.");
        _closes = _meter.CreateCounter<long>("parley.connections.closed", "{connection}", "Signaling connections that ended, by close code.");
        _joins = _meter.CreateCounter<long>("parley.joins", "{join}", "join_room requests, by outcome.");
        _joinDuration = _meter.CreateHistogram<double>(
            "parley.join.duration",
            "s",
            "Time from join_room to its answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        _resumes = _meter.CreateCounter<long>("parley.resumes", "{resume}", "resume_room requests, by outcome.");
        _timedOut = _meter.CreateCounter<long>("parley.participants.timed_out", "{participant}", "Participants who did not come back within the time after a drop.");
        _statsReports = _meter.CreateCounter<long>("parley.stats.reports", "{report}", "Statistics reports of participants.");
        _released = _meter.CreateCounter<long>("parley.outputs.unstored", "{batch}", "Times that a room went on without its database.");
        _signIns = _meter.CreateCounter<long>("parley.sign_ins", "{attempt}", "Sign-ins, by outcome.");
        _rateLimited = _meter.CreateCounter<long>("parley.rate_limited", "{request}", "Refusals by a rate limit, by limit.");
        _tokenRefusals = _meter.CreateCounter<long>("parley.tokens.refused", "{token}", "Access tokens refused, by reason.");
        _auditDropped = _meter.CreateCounter<long>("parley.audit.dropped", "{entry}", "Audit entries lost because their queue was full.");
    }

    /// <summary>A signaling connection opened.</summary>
    public void ConnectionOpened() => _connections.Add(1);

    /// <summary>A signaling connection ended.</summary>
    /// <param name="closeCode">The code it was closed with; 0 for none.</param>
    public void ConnectionClosed(int closeCode)
    {
        _connections.Add(-1);
        _closes.Add(1, new KeyValuePair<string, object?>("code", closeCode));
    }

    /// <summary>A room began or ended to run here.</summary>
    public void RoomsChanged(int change) => _rooms.Add(change);

    /// <summary>Participants came into or left rooms.</summary>
    public void ParticipantsChanged(int change) => _participants.Add(change);

    /// <summary>Participants began or ceased to wait.</summary>
    public void WaitingChanged(int change) => _waiting.Add(change);

    /// <summary>A message of a client was decoded.</summary>
    /// <param name="type">A known message type, or <c>unknown</c>; never the client's own text.</param>
    public void MessageReceived(string type) => _received.Add(1, new KeyValuePair<string, object?>("type", type));

    /// <summary>Messages were written to clients.</summary>
    public void MessagesSent(int count) => _sent.Add(count);

    /// <summary>A connection was too slow and its queue overflowed.</summary>
    public void OutboxOverflowed() => _outboxOverflows.Add(1);

    /// <summary>A join_room was answered.</summary>
    /// <param name="outcome">joined, waiting, or an error code.</param>
    /// <param name="duration">From request to answer.</param>
    public void JoinAnswered(string outcome, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("outcome", outcome);
        _joins.Add(1, tag);
        _joinDuration.Record(duration.TotalSeconds, tag);
    }

    /// <summary>A resume_room was answered.</summary>
    /// <param name="outcome">complete, incomplete, or an error code.</param>
    public void ResumeAnswered(string outcome) => _resumes.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>A dropped participant did not come back in time.</summary>
    public void ParticipantTimedOut() => _timedOut.Add(1);

    /// <summary>A participant reported statistics.</summary>
    public void StatsReported() => _statsReports.Add(1);

    /// <summary>A room released outputs without the database.</summary>
    public void ReleasedUnstored() => _released.Add(1);

    /// <summary>Somebody tried to sign in.</summary>
    public void SignedIn(string outcome) => _signIns.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>A rate limit refused something.</summary>
    public void RateLimited(string limit) => _rateLimited.Add(1, new KeyValuePair<string, object?>("limit", limit));

    /// <summary>An access token was refused.</summary>
    public void TokenRefused(string reason) => _tokenRefusals.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>An audit entry was lost.</summary>
    public void AuditDropped() => _auditDropped.Add(1);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
