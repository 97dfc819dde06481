// The last second at the receiver, in bins of 25 ms: how long packets were under way, and how fast they came in.
// The lower envelope is what counts: jitter lifts some packets of a bin, a queue lifts all (compare RFC 6817 §4.2, LEDBAT's base and current delay).
namespace Parley.Media.Bandwidth;

/// <summary>One-way delays and receive rates. Delays are relative: the two clocks share no zero.</summary>
internal sealed class ArrivalHistory
{
    public const long BinUs = 25_000;

    private const int Bins = 48;

    /// <summary>Clocks drift apart by 100 ppm at most, so a base of this age is wrong by 3 ms.</summary>
    private const int BaseBuckets = 6;
    private const long BaseBucketUs = 5_000_000;

    /// <summary>A jump of the receiver's clock, or of its extension, that no network does.</summary>
    private const long ClockJumpUs = 20_000_000;

    /// <summary>What comes out of order by so much, and was quicker by so much than the quickest ever was, tells of a clock that was set back, or of another way.</summary>
    private const long SetBackUs = 200_000;

    private readonly Bin[] _bins = new Bin[Bins];
    private readonly long[] _baseUs = new long[BaseBuckets];
    private long _newest = long.MinValue;
    private long _baseBucket;

    public ArrivalHistory() => Reset();

    /// <summary>True once anything has arrived.</summary>
    public bool HasStarted => _newest != long.MinValue;

    private long BaseUs
    {
        get
        {
            var least = long.MaxValue;
            foreach (var us in _baseUs)
                least = Math.Min(least, us);
            return least;
        }
    }

    public void Reset()
    {
        Array.Fill(_bins, Bin.Empty);
        _newest = long.MinValue;
        ForgetBase();
    }

    public void Add(long sentUs, long arrivalUs, int bytes)
    {
        var number = Math.DivRem(arrivalUs, BinUs, out var rest) - (rest < 0 ? 1 : 0);
        var delayUs = arrivalUs - sentUs;
        if (HasStarted && (Math.Abs(number - _newest) > ClockJumpUs / BinUs || (number < _newest - SetBackUs / BinUs && delayUs < BaseUs - SetBackUs)))
            Reset();
        if (!HasStarted)
            _newest = number - 1;
        if (number <= _newest - Bins)
            return;
        for (; _newest < number; _newest++)
            At(_newest + 1) = Bin.Empty;

        ref var bin = ref At(number);
        bin.LeastDelayUs = Math.Min(bin.LeastDelayUs, delayUs);
        bin.LastArrivalUs = Math.Max(bin.LastArrivalUs, arrivalUs);
        bin.Bytes += bytes;
        bin.Packets++;
        NoteBase(arrivalUs, delayUs);
    }

    /// <summary>How long packets wait in queues now: the quickest of the last ones above the quickest of the last half minute. False while there are too few.</summary>
    public bool TryGetQueueDelay(out long delayUs)
    {
        const int leastBins = 4, mostBins = 20, enoughPackets = 6, leastPackets = 3;
        var least = long.MaxValue;
        var packets = 0;
        for (var i = 0; HasStarted && i < mostBins && (i < leastBins || packets < enoughPackets); i++)
        {
            ref var bin = ref At(_newest - i);
            packets += bin.Packets;
            if (bin.Packets > 0)
                least = Math.Min(least, bin.LeastDelayUs);
        }

        delayUs = packets >= leastPackets ? least - BaseUs : 0;
        return packets >= leastPackets;
    }

    /// <summary>What the present delay is, is normal from now on.</summary>
    public void Rebase()
    {
        if (!TryGetQueueDelay(out var delayUs))
            return;
        var normal = BaseUs + delayUs;
        ForgetBase();
        _baseUs[0] = normal;
    }

    /// <summary>The rate at which packets came in while each had to wait, in bits per second: what the way carries for us. 0 while there are too few.</summary>
    /// <param name="busyUs">How much longer than the quickest the quickest packet of a bin must be under way for the queue to count as never empty.</param>
    public long BusyRate(long busyUs)
    {
        var limit = BaseUs + busyUs;
        return Rate(150_000, 1_000_000, 8, limit) is var rate and >= 0 ? rate : RateOfAll();
    }

    /// <summary>The rate at which packets came in, in bits per second.</summary>
    /// <param name="spanUs">Over which time.</param>
    public long ReceiveRate(long spanUs) => Rate(spanUs, spanUs, 2, long.MaxValue) is var rate and >= 0 ? rate : RateOfAll();

    /// <summary>The same; 0 until so much time has passed: a single burst shows how fast the way is, not what it carries for long.</summary>
    public long SteadyRate(long spanUs) => Math.Max(0, Rate(spanUs, spanUs, 2, long.MaxValue));

    // Less than 0 when less than the span has passed since the beginning.
    private long Rate(long leastUs, long mostUs, int leastPackets, long busyLimit)
    {
        if (!HasStarted)
            return 0;
        long bytes = 0, endUs = long.MinValue;
        int packets = 0;
        for (var i = 0; i < Bins; i++)
        {
            ref var bin = ref At(_newest - i);
            if (bin.Packets == 0)
                continue;
            if (endUs == long.MinValue)
                endUs = bin.LastArrivalUs;
            var spanUs = endUs - bin.LastArrivalUs;
            var isEnough = spanUs >= leastUs && packets >= leastPackets;
            // What came up to this bin's last packet belongs to the time before it, so the span is exact whatever the spacing.
            if (spanUs >= mostUs || (isEnough && bin.LeastDelayUs < busyLimit && busyLimit != long.MaxValue))
                return bytes * 8_000_000 / spanUs;
            bytes += bin.Bytes;
            packets += bin.Packets;
        }

        return -1;
    }

    private long RateOfAll()
    {
        long bytes = 0, firstUs = long.MaxValue, endUs = long.MinValue;
        var firstBytes = 0;
        for (var i = 0; i < Bins; i++)
        {
            ref var bin = ref At(_newest - i);
            if (bin.Packets == 0)
                continue;
            bytes += bin.Bytes;
            endUs = Math.Max(endUs, bin.LastArrivalUs);
            if (bin.LastArrivalUs >= firstUs)
                continue;
            firstUs = bin.LastArrivalUs;
            firstBytes = bin.Bytes;
        }

        return endUs > firstUs ? (bytes - firstBytes) * 8_000_000 / Math.Max(endUs - firstUs, BinUs) : 0;
    }

    private void NoteBase(long arrivalUs, long delayUs)
    {
        var bucket = arrivalUs / BaseBucketUs;
        if (_baseBucket == long.MinValue)
            _baseBucket = bucket;
        for (; _baseBucket < bucket; _baseBucket++)
            _baseUs[(int)((ulong)(_baseBucket + 1) % BaseBuckets)] = long.MaxValue;
        ref var least = ref _baseUs[(int)((ulong)_baseBucket % BaseBuckets)];
        least = Math.Min(least, delayUs);
    }

    private void ForgetBase()
    {
        Array.Fill(_baseUs, long.MaxValue);
        _baseBucket = long.MinValue;
    }

    private ref Bin At(long number) => ref _bins[(int)((ulong)(number - long.MinValue) % Bins)];

    private struct Bin
    {
        public static readonly Bin Empty = new() { LeastDelayUs = long.MaxValue, LastArrivalUs = long.MinValue };

        public long LeastDelayUs;
        public long LastArrivalUs;
        public int Bytes;
        public int Packets;
    }
}
