// Sequence numbers that do not wrap. RFC 3550 §A.1 in 64 bits.
namespace Parley.Media.Engine;

/// <summary>Extends 16-bit numbers to 64 bits: each is taken as the one nearest to the highest seen.</summary>
internal struct SequenceExtender
{
    private long _highest;
    private bool _started;

    public readonly bool HasStarted => _started;

    public readonly long Highest => _highest;

    /// <summary>Extends a number and remembers it when it is the highest.</summary>
    public long Extend(ushort sequence)
    {
        if (!_started)
        {
            _started = true;
            // Room below, so that what was sent before it and comes late stays positive.
            return _highest = 0x1_0000 + sequence;
        }

        var extended = Nearest(sequence);
        if (extended > _highest)
            _highest = extended;
        return extended;
    }

    /// <summary>Extends a number without remembering it.</summary>
    public readonly long Nearest(ushort sequence) => _highest + (short)(sequence - (ushort)_highest);
}
