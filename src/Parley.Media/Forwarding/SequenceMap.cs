// Gives a subscriber an unbroken sequence of numbers when some packets of the source are left out, and keeps it over a change of the source.
namespace Parley.Media.Forwarding;

/// <summary>
/// Maps the source's extended sequence numbers to the subscriber's. Numbers are never given twice: the map is strictly increasing
/// within a source, and every later source begins above all that came before.
/// </summary>
internal struct SequenceMap
{
    // From which source number on which offset holds; older boundaries are needed for packets that come late.
    private const int Boundaries = 16;

    // A receiver counts rounds by the numbers that reach it, and loses count over half a round (RFC 3711 §3.3.1). A publisher may leave out as many as it likes, and what is
    // left out here adds up: whoever was sent nothing meanwhile could never read this SSRC again.
    private const int MostLeftOut = 4096;

    // In the order of their use: nearly always the newest boundary is all that is needed, and the ring is far from it.
    private Boundary _last;
    private long _highestIn;
    private long _highestOut;
    private long _highestGiven;
    private int _count;
    private int _newest;
    private bool _started;
    private long _insertedAt;
    private BoundaryRing _boundaries;

    /// <summary>The highest number given; the one before the first, at the start.</summary>
    public readonly long HighestOut => _highestOut;

    /// <summary>Sets where the numbers begin.</summary>
    /// <param name="first">The first number to give.</param>
    public void Start(long first)
    {
        _highestOut = _highestGiven = first - 1;
        _count = 0;
        _started = false;
    }

    /// <summary>The next packet comes from another source.</summary>
    public void EndSource() => _started = false;

    /// <summary>Begins a new source at this number; the next number given follows the highest one.</summary>
    public void BeginSource(long sequence)
    {
        _count = 0;
        _insertedAt = long.MinValue;
        _started = true;
        _highestIn = sequence - 1;
        Push(sequence, _highestOut + 1 - sequence);
    }

    /// <summary>The subscriber's number of a packet. False for one from before the source began, or too far back to know.</summary>
    public bool TryMap(long sequence, out long mapped)
    {
        if (!_started)
            BeginSource(sequence);
        if (!TryOffset(sequence, out var offset))
        {
            mapped = 0;
            return false;
        }

        mapped = sequence + offset;
        if (sequence > _highestIn)
        {
            if (mapped - _highestGiven > MostLeftOut)
                mapped = BeginAgain(sequence);
            _highestIn = sequence;
            _highestOut = mapped;
        }

        // A late one may be above as well, where what came in time was left out.
        _highestGiven = Math.Max(_highestGiven, mapped);
        return true;
    }

    /// <summary>Leaves a packet out. When it is the newest so far, what follows closes up; a late one leaves its gap.</summary>
    /// <returns>True when the gap was closed.</returns>
    public bool Drop(long sequence)
    {
        if (!_started || sequence <= _highestIn)
            return !_started;
        TryOffset(sequence, out var offset);
        if (sequence + offset - _highestGiven > MostLeftOut)
        {
            BeginAgain(sequence + 1);
            return true;
        }

        _highestIn = sequence;
        // The numbers of packets still missing before this one stay theirs.
        _highestOut = sequence + offset - 1;
        Push(sequence + 1, offset - 1);
        return true;
    }

    /// <summary>Gives a number to a packet that the source does not have, right after the newest; what follows moves up.</summary>
    public long Insert()
    {
        var mapped = _highestGiven = ++_highestOut;
        // A source that has not begun will begin above.
        if (!_started)
            return mapped;
        var next = _highestIn + 1;
        _insertedAt = next;
        // Nothing from there on was given a number yet, so that a boundary which is there already may change.
        if (_last.From == next)
            _boundaries[_newest] = _last = new Boundary(next, mapped + 1 - next);
        else
            Push(next, mapped + 1 - next);
        return mapped;
    }

    /// <summary>Goes on close to the highest number that was given, as from another source. One number is left free, by which the receiver sees that something is missing.</summary>
    /// <returns>The number of this one.</returns>
    private long BeginAgain(long sequence)
    {
        _highestOut = _highestGiven + 1;
        BeginSource(sequence);
        return _highestOut + 1;
    }

    private readonly bool TryOffset(long sequence, out long offset)
    {
        if (_count > 0 && sequence >= _last.From)
        {
            offset = _last.Offset;
            return true;
        }

        for (var i = 1; i < _count; i++)
        {
            var boundary = _boundaries[_newest - i & Boundaries - 1];
            if (sequence < boundary.From)
                continue;
            offset = boundary.Offset;
            return true;
        }

        offset = 0;
        return false;
    }

    private void Push(long from, long offset)
    {
        // A run of dropped packets moves its boundary along; that of an inserted one guards its number.
        var moves = _count > 1 && _last.From == from - 1 && _insertedAt != from - 1;
        _last = new Boundary(from, offset);
        if (!moves)
            _newest = _newest + 1 & Boundaries - 1;
        _boundaries[_newest] = _last;
        if (!moves && _count < Boundaries)
            _count++;
    }

    private readonly record struct Boundary(long From, long Offset);

    [System.Runtime.CompilerServices.InlineArray(Boundaries)]
    private struct BoundaryRing
    {
        private Boundary _first;
    }
}
