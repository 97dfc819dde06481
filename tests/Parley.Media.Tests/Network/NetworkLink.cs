// A seeded simulator of one direction of a way, in virtual time: bottleneck first, then loss, delay, reordering and duplication.
namespace Parley.Media.Tests.Network;

/// <summary>Takes datagrams and gives them back when they arrive. The same seed and the same input give the same output.</summary>
internal sealed class NetworkLink
{
    private readonly Random _random;
    private readonly Queue<byte[]> _waiting = [];
    private readonly PriorityQueue<byte[], (long, long)> _underWay = new();
    private readonly PriorityQueue<LinkConditions, (long, long)> _changes = new();
    private double _headBits;
    private long _waitingBytes;
    private long _clockUs;
    private long _lastArrivalUs;
    private long _order;
    private bool _isBad;
    private long _jitterSlotUs;
    private double _jitterFrom;
    private double _jitterTo;

    public NetworkLink(int seed, LinkConditions? conditions = null)
    {
        Seed = seed;
        _random = new Random(seed);
        Conditions = conditions ?? new LinkConditions();
    }

    public int Seed { get; }

    public LinkConditions Conditions { get; private set; }

    /// <summary>Datagrams that found the queue full, or nothing up.</summary>
    public long Dropped { get; private set; }

    /// <summary>Datagrams that were lost after the bottleneck.</summary>
    public long Lost { get; private set; }

    public long Delivered { get; private set; }

    /// <summary>How long a datagram that is sent now waits at the bottleneck.</summary>
    public TimeSpan QueueDelay => Conditions.RateBps is { } rate ? TimeSpan.FromMicroseconds(_waitingBytes * 8e6 / rate) : TimeSpan.Zero;

    /// <summary>When something arrives next; <see cref="long.MaxValue"/> when nothing is under way.</summary>
    public long NextUs
    {
        get
        {
            var next = _underWay.TryPeek(out _, out var first) ? first.Item1 : long.MaxValue;
            if (_waiting.Count > 0 && Conditions.RateBps is { } rate)
                next = Math.Min(next, _clockUs + (long)Math.Ceiling(_headBits * 1e6 / rate));
            return _changes.TryPeek(out _, out var change) ? Math.Min(next, change.Item1) : next;
        }
    }

    /// <summary>Plans other conditions from a time on.</summary>
    public void ChangeAt(long timeUs, LinkConditions conditions) => _changes.Enqueue(conditions, (timeUs, _order++));

    /// <summary>Plans a time without any datagram getting through.</summary>
    public void BlackOut(long fromUs, TimeSpan length)
    {
        ChangeAt(fromUs, Conditions with { IsDown = true });
        ChangeAt(fromUs + (long)length.TotalMicroseconds, Conditions);
    }

    public void Send(ReadOnlySpan<byte> datagram, long nowUs)
    {
        Advance(nowUs);
        var size = datagram.Length + Conditions.Overhead;
        if (Conditions.IsDown || (Conditions.RateBps is { } rate && _waitingBytes + size > Math.Max(QueueLimit(rate), size)))
        {
            Dropped++;
            return;
        }

        var copy = datagram.ToArray();
        if (Conditions.RateBps is null && _waiting.Count == 0)
        {
            Propagate(copy, nowUs);
            return;
        }

        _waiting.Enqueue(copy);
        _waitingBytes += size;
        if (_waiting.Count == 1)
            _headBits = size * 8.0;
    }

    /// <summary>Takes the next datagram that has arrived by now.</summary>
    public bool TryReceive(long nowUs, out byte[] datagram, out long arrivalUs)
    {
        Advance(nowUs);
        if (_underWay.TryPeek(out datagram!, out var arrival) && arrival.Item1 <= nowUs)
        {
            _underWay.Dequeue();
            arrivalUs = arrival.Item1;
            Delivered++;
            return true;
        }

        (datagram, arrivalUs) = ([], 0);
        return false;
    }

    private long QueueLimit(long rate) => Conditions.QueueBytes ?? (long)(rate * Conditions.Queue.TotalSeconds / 8);

    private void Advance(long nowUs)
    {
        while (_changes.TryPeek(out var conditions, out var at) && at.Item1 <= nowUs)
        {
            _changes.Dequeue();
            Serve(at.Item1);
            Conditions = conditions;
        }

        Serve(nowUs);
    }

    // The bottleneck works until then.
    private void Serve(long untilUs)
    {
        while (_waiting.TryPeek(out var head))
        {
            var needUs = Conditions.RateBps is { } rate ? _headBits * 1e6 / rate : 0;
            if (_clockUs + needUs > untilUs)
            {
                _headBits -= Math.Max(0, untilUs - _clockUs) * Conditions.RateBps!.Value / 1e6;
                break;
            }

            _clockUs += (long)Math.Round(needUs);
            _waiting.Dequeue();
            _waitingBytes -= head.Length + Conditions.Overhead;
            if (_waiting.TryPeek(out var next))
                _headBits = (next.Length + Conditions.Overhead) * 8.0;
            Propagate(head, _clockUs);
        }

        _clockUs = Math.Max(_clockUs, untilUs);
    }

    private void Propagate(byte[] datagram, long leftUs)
    {
        if (Conditions.IsDown)
        {
            Dropped++;
            return;
        }

        if (IsLost())
        {
            Lost++;
            return;
        }

        var arrivalUs = leftUs + (long)(Conditions.Delay.TotalMicroseconds + Conditions.Jitter.TotalMicroseconds * JitterShare(leftUs));
        if (Conditions.Reordering > 0 && _random.NextDouble() < Conditions.Reordering)
            arrivalUs += (long)Conditions.ReorderDelay.TotalMicroseconds;
        else if (!Conditions.JitterReorders)
            _lastArrivalUs = arrivalUs = Math.Max(arrivalUs, _lastArrivalUs);
        _underWay.Enqueue(datagram, (arrivalUs, _order++));
        if (Conditions.Duplication > 0 && _random.NextDouble() < Conditions.Duplication)
            _underWay.Enqueue(datagram, (arrivalUs + 100, _order++));
    }

    // Where order is kept, jitter is that of a medium that is busy at times: it moves between values drawn every 20 ms. Drawn for each
    // packet it would not be jitter, since each packet would wait for the slowest before it.
    private double JitterShare(long leftUs)
    {
        const long slotUs = 20_000;
        if (Conditions.Jitter <= TimeSpan.Zero)
            return 0;
        if (Conditions.JitterReorders)
            return _random.NextDouble();
        for (; _jitterSlotUs + slotUs <= leftUs; _jitterSlotUs += slotUs)
            (_jitterFrom, _jitterTo) = (_jitterTo, _random.NextDouble());
        return _jitterFrom + (_jitterTo - _jitterFrom) * (leftUs - _jitterSlotUs) / slotUs;
    }

    private bool IsLost()
    {
        var isLost = Conditions.Loss > 0 && _random.NextDouble() < Conditions.Loss;
        if (Conditions.Bursts is not { } bursts)
            return isLost;
        _isBad = _isBad ? _random.NextDouble() >= bursts.BadToGood : _random.NextDouble() < bursts.GoodToBad;
        return _random.NextDouble() < (_isBad ? bursts.LossInBad : bursts.LossInGood) || isLost;
    }
}
