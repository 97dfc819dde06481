// Which packets of a stream are missing, and when each is to be asked for (again). RFC 4585 §6.2.1; the rhythm is ours.
namespace Parley.Media.Receive;

/// <summary>The gaps of one received stream. Bounded: what is missing beyond that is for a keyframe to mend.</summary>
internal sealed class MissingPackets
{
    /// <summary>More missing at a time cannot be repaired sensibly.</summary>
    public const int MaxMissing = 128;

    /// <summary>Packets that overtake each other on the way need not be asked for.</summary>
    public const long ReorderingUs = 5_000;

    private const long FirstRetryUs = 40_000;
    private const int MaxRequests = 8;

    private readonly Gap[] _gaps = new Gap[MaxMissing];
    private long _highest = -1;

    public int Count { get; private set; }

    /// <summary>How many were given up.</summary>
    public long Lost { get; private set; }

    /// <summary>What comes next has other numbers: what is missing of those before does not come any more.</summary>
    public void BeginSource()
    {
        Lost += Count;
        (Count, _highest) = (0, -1);
    }

    /// <summary>Takes the number of a packet that came.</summary>
    /// <returns>False when a gap is so long that nothing of it is asked for: the decoder needs a new beginning.</returns>
    public bool Arrived(long sequence, long nowUs)
    {
        if (_highest < 0)
        {
            _highest = sequence;
            return true;
        }

        if (sequence <= _highest)
        {
            Remove(sequence);
            return true;
        }

        var isSmall = Miss(_highest + 1, sequence, nowUs);
        _highest = sequence;
        return isSmall;
    }

    /// <summary>Everything up to this number was sent: what has not come is missing, though nothing came after it.</summary>
    /// <returns>As <see cref="Arrived"/>.</returns>
    public bool NoteSent(long last, long nowUs)
    {
        var isSmall = _highest < 0 || last <= _highest || Miss(_highest + 1, last + 1, nowUs);
        _highest = Math.Max(_highest, last);
        return isSmall;
    }

    /// <summary>When the next is to be asked for; <see cref="long.MaxValue"/> when nothing is missing.</summary>
    public long NextUs()
    {
        var next = long.MaxValue;
        for (var i = 0; i < Count; i++)
            next = Math.Min(next, _gaps[i].DueUs);
        return next;
    }

    /// <summary>Takes the numbers that are to be asked for now, in order.</summary>
    /// <param name="nowUs">The time.</param>
    /// <param name="numbers">Room for <see cref="MaxMissing"/>.</param>
    /// <param name="gaveUp">True when one was asked for often enough and is given up.</param>
    /// <returns>How many.</returns>
    public int TakeDue(long nowUs, Span<ushort> numbers, out bool gaveUp)
    {
        var count = 0;
        var kept = 0;
        gaveUp = false;
        for (var i = 0; i < Count; i++)
        {
            var gap = _gaps[i];
            if (gap.DueUs <= nowUs)
            {
                if (gap.Requests == MaxRequests)
                {
                    Lost++;
                    gaveUp = true;
                    continue;
                }

                numbers[count++] = (ushort)gap.Sequence;
                gap = gap with { DueUs = nowUs + (FirstRetryUs << Math.Min(gap.Requests, 3)), Requests = gap.Requests + 1 };
            }

            _gaps[kept++] = gap;
        }

        Count = kept;
        return count;
    }

    private bool Miss(long first, long end, long nowUs)
    {
        if (end - first + Count > MaxMissing)
        {
            Lost += end - first + Count;
            Count = 0;
            return false;
        }

        for (var number = first; number < end; number++)
            _gaps[Count++] = new Gap(number, nowUs + ReorderingUs, 0);
        return true;
    }

    private void Remove(long sequence)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_gaps[i].Sequence != sequence)
                continue;
            _gaps.AsSpan(i + 1, Count - i - 1).CopyTo(_gaps.AsSpan(i));
            Count--;
            return;
        }
    }

    private readonly record struct Gap(long Sequence, long DueUs, int Requests);
}
