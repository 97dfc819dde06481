// The engine's one set of deadlines: a hashed wheel. Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", 1987, scheme 6.
namespace Parley.Media.Engine;

/// <summary>Why a deadline was set.</summary>
internal enum DeadlineReason : byte
{
    /// <summary>A peer that never connected, or is silent, ends.</summary>
    Liveness,

    /// <summary>Reports to the peer are due.</summary>
    Reports,

    /// <summary>Arrival times are due to the peer (transport-wide feedback).</summary>
    ArrivalFeedback,

    /// <summary>The peer is to be told that sources of ours are gone.</summary>
    Goodbye,

    /// <summary>Packets are missing and are asked for again.</summary>
    Retransmission,

    /// <summary>A keyframe was asked for and may be asked for again.</summary>
    Keyframe,

    /// <summary>What the peer's way carries is looked at, and probed for.</summary>
    Bandwidth,

    /// <summary>Video that was held back may leave.</summary>
    Pacing,

    /// <summary>Layers may have died or come alive.</summary>
    Layers,

    /// <summary>Somebody else may speak now.</summary>
    Speakers,

    /// <summary>Packets of an SSRC that nobody knows were held long enough.</summary>
    UnknownStream,

    /// <summary>What a relayed track is to bring has changed, or is to be said again.</summary>
    RelayDemand,

    /// <summary>The other end of a relay is to be told how things stand.</summary>
    RelayState,
}

/// <summary>What a deadline belongs to.</summary>
internal interface IDeadlineOwner
{
    /// <summary>The peer that ends when the deadline meets a fault of ours; null for what belongs to none of this engine.</summary>
    MediaPeer? Bearer { get; }

    /// <summary>Ends what has no peer, after a fault of ours.</summary>
    void Abandon()
    {
    }

    void HandleDeadline<TSink>(ref TSink sink, DeadlineReason reason, long nowUs)
        where TSink : struct, IMediaSink;
}

/// <summary>One deadline of one owner; a node of the wheel, allocated with its owner and used again and again.</summary>
internal sealed class Deadline(IDeadlineOwner owner, DeadlineReason reason)
{
    public readonly IDeadlineOwner Owner = owner;
    public readonly DeadlineReason Reason = reason;

    /// <summary>When it is due; <see cref="long.MaxValue"/> while it is not set.</summary>
    public long DueUs = long.MaxValue;

    internal Deadline? Previous;
    internal Deadline? Next;
    internal int Slot = -1;

    public bool IsSet => Slot >= 0;
}

/// <summary>Deadlines to the millisecond: setting, moving and clearing take constant time and allocate nothing.</summary>
internal sealed class TimerWheel
{
    /// <summary>How exact deadlines are: one is served at the first tick that begins after it.</summary>
    public const long TickUs = 1000;

    private const int Slots = 1024;

    private readonly Deadline?[] _slots = new Deadline?[Slots];
    private readonly ulong[] _occupied = new ulong[Slots / 64];
    // The first tick whose slot was not looked at yet.
    private long _tick;
    private int _count;

    /// <summary>Sets or moves a deadline.</summary>
    public void Set(Deadline deadline, long dueUs)
    {
        Clear(deadline);
        deadline.DueUs = dueUs;
        var tick = Math.Max((dueUs + TickUs - 1) / TickUs, _tick);
        var slot = (int)(tick % Slots);
        deadline.Slot = slot;
        deadline.Next = _slots[slot];
        if (deadline.Next is { } next)
            next.Previous = deadline;
        _slots[slot] = deadline;
        _occupied[slot >> 6] |= 1UL << (slot & 63);
        _count++;
    }

    /// <summary>Sets a deadline, or brings it forward; one that is due earlier stays.</summary>
    public void SetNoLater(Deadline deadline, long dueUs)
    {
        if (dueUs < deadline.DueUs)
            Set(deadline, dueUs);
    }

    /// <summary>Takes a deadline away; nothing happens when it is not set.</summary>
    public void Clear(Deadline deadline)
    {
        if (!deadline.IsSet)
            return;
        if (deadline.Next is { } next)
            next.Previous = deadline.Previous;
        if (deadline.Previous is { } previous)
            previous.Next = deadline.Next;
        else
            _slots[deadline.Slot] = deadline.Next;
        if (_slots[deadline.Slot] is null)
            _occupied[deadline.Slot >> 6] &= ~(1UL << (deadline.Slot & 63));
        deadline.Previous = deadline.Next = null;
        deadline.Slot = -1;
        deadline.DueUs = long.MaxValue;
        _count--;
    }

    /// <summary>The next deadline that is due, cleared; null when there is none. Called until it returns null.</summary>
    public Deadline? Take(long nowUs)
    {
        var last = nowUs / TickUs;
        // Each slot is looked at once at most, however long nobody has called.
        _tick = Math.Max(_tick, last - Slots);
        while (_tick <= last)
        {
            var slot = (int)(_tick % Slots);
            for (var deadline = _slots[slot]; deadline is not null; deadline = deadline.Next)
            {
                if (deadline.DueUs > nowUs)
                    continue;
                Clear(deadline);
                return deadline;
            }

            _tick++;
        }

        return null;
    }

    /// <summary>
    /// When to look again: no deadline is due before. <see cref="long.MaxValue"/> when there is none. A slot may hold a deadline of a later round,
    /// so that looking then may find nothing.
    /// </summary>
    public long NextUs()
    {
        if (_count == 0)
            return long.MaxValue;
        for (var ahead = 0; ahead < Slots;)
        {
            var slot = (int)((_tick + ahead) % Slots);
            var bits = _occupied[slot >> 6] >> (slot & 63);
            if (bits == 0)
            {
                ahead += 64 - (slot & 63);
                continue;
            }

            ahead += System.Numerics.BitOperations.TrailingZeroCount(bits);
            return (_tick + ahead) * TickUs;
        }

        return (_tick + Slots) * TickUs;
    }
}
