// What came of one probe cluster: the lower of the rates at which it left and at which it arrived.
namespace Parley.Media.Bandwidth;

/// <summary>Collects the packets of the cluster that was sent last.</summary>
internal struct ProbeMeasurement
{
    /// <summary>Arrivals are more uneven than sending, so a little less means nothing.</summary>
    private const double MetShare = 0.85;

    private byte _cluster;
    private long _lastSequence;
    private int _sentPackets;
    private int _packets;
    private long _bytes;
    private long _firstSentUs;
    private long _lastSentUs;
    private long _firstArrivalUs;
    private long _lastArrivalUs;
    private int _firstBytes;
    private int _lastBytes;

    /// <summary>True from the first packet of a cluster until its result was taken.</summary>
    public readonly bool IsPending => _cluster != 0;

    public long RateBps { get; private set; }

    /// <summary>True when the cluster came in more slowly than it left: what it measured is what the way carried, not what was asked.</summary>
    public bool HasMetEnd { get; private set; }

    public void Begin(byte cluster, long rateBps)
    {
        this = default;
        _cluster = cluster;
        RateBps = rateBps;
        _firstSentUs = _firstArrivalUs = long.MaxValue;
        _lastSentUs = _lastArrivalUs = long.MinValue;
    }

    public void NoteSent(long sequence)
    {
        _lastSequence = sequence;
        _sentPackets++;
    }

    public void NoteArrival(byte cluster, int bytes, long sentUs, long arrivalUs)
    {
        if (cluster != _cluster)
            return;
        _packets++;
        _bytes += bytes;
        _firstSentUs = Math.Min(_firstSentUs, sentUs);
        if (sentUs >= _lastSentUs)
            (_lastSentUs, _lastBytes) = (sentUs, bytes);
        if (arrivalUs < _firstArrivalUs)
            (_firstArrivalUs, _firstBytes) = (arrivalUs, bytes);
        _lastArrivalUs = Math.Max(_lastArrivalUs, arrivalUs);
    }

    /// <summary>The result, once reports have come past the cluster's last packet. 0 when too little of it arrived.</summary>
    public bool TryFinish(long highestReported, out long resultBps)
    {
        resultBps = 0;
        if (!IsPending || _sentPackets == 0 || highestReported < _lastSequence)
            return false;
        (_cluster, HasMetEnd) = (0, false);
        if (_packets < 4 || _packets * 2 < _sentPackets)
            return true;
        var sent = (_bytes - _lastBytes) * 8_000_000 / Math.Max(_lastSentUs - _firstSentUs, 1000);
        var received = (_bytes - _firstBytes) * 8_000_000 / Math.Max(_lastArrivalUs - _firstArrivalUs, 1000);
        resultBps = Math.Min(Math.Min(sent, received), RateBps);
        // With a part of it lost the rate of the rest says too little.
        HasMetEnd = _packets >= _sentPackets && received < Math.Min(sent, RateBps) * MetShare;
        return true;
    }

    /// <summary>Gives up what is under way.</summary>
    public void Abandon() => _cluster = 0;
}
