// Which of a subscriber's numbers are free yet: the last word on it that none is used for two packets. RFC 3711 §9.1.
namespace Parley.Media.Forwarding;

/// <summary>
/// Remembers the numbers that were passed over. Those are free yet, and whatever is above all that were given; no other is. As long as none is passed over it costs one comparison.
/// </summary>
/// <param name="first">Where the numbers begin.</param>
internal struct GivenNumbers(long first)
{
    /// <summary>A number that was passed over so long ago is given to nobody any more: no packet is accepted that late.</summary>
    public const int Remembered = (Words - 1) * 64;

    private const int Words = 16;

    private readonly PassedOver[] _passed = new PassedOver[Words];

    // All that were given are below.
    private long _next = first;

    /// <summary>Takes a number, once for all. False when it was taken before, or may have been.</summary>
    public bool TryTake(long number)
    {
        if (number != _next)
            return number > _next ? PassOver(number) : TryTakePassed(number);
        _next++;
        return true;
    }

    private bool PassOver(long number)
    {
        for (var passed = Math.Max(_next, number - Remembered); passed < number; passed++)
        {
            ref var word = ref _passed[(int)(passed >> 6) & Words - 1];
            if (word.Index != passed >> 6)
                word = new PassedOver { Index = passed >> 6 };
            word.Bits |= 1UL << (int)(passed & 63);
        }

        _next = number + 1;
        return true;
    }

    private readonly bool TryTakePassed(long number)
    {
        ref var word = ref _passed[(int)(number >> 6) & Words - 1];
        var bit = 1UL << (int)(number & 63);
        if (word.Index != number >> 6 || (word.Bits & bit) == 0)
            return false;
        word.Bits &= ~bit;
        return true;
    }

    // The numbers from 64 times the index on; the first at the bottom.
    private struct PassedOver
    {
        public long Index;
        public ulong Bits;
    }
}
