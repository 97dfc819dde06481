// Reads and writes fields that are not whole bytes, from the highest bit of the first byte on. AV1 specification §4.10 (f(n), ns(n)).
using System.Numerics;

namespace Parley.Media.Codecs;

/// <summary>Reads bits. Past the end it reads zeros and says so.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bits that were read.</summary>
    public int Position { get; set; }

    /// <summary>True when more was read than there is.</summary>
    public readonly bool IsPastEnd => Position > _bytes.Length * 8;

    public bool ReadFlag() => Read(1) != 0;

    /// <summary>An unsigned number of 0 to 32 bits.</summary>
    public uint Read(int count)
    {
        var value = 0u;
        while (count > 0)
        {
            var inByte = Position & 7;
            var taken = Math.Min(count, 8 - inByte);
            var at = Position >> 3;
            uint source = at < _bytes.Length ? _bytes[at] : (byte)0;
            value = value << taken | source >> 8 - inByte - taken & (1u << taken) - 1;
            Position += taken;
            count -= taken;
        }

        return value;
    }

    /// <summary>A number below a limit that is no power of two: the first ones take a bit less.</summary>
    public uint ReadBelow(uint limit)
    {
        var width = 32 - BitOperations.LeadingZeroCount(limit);
        var shorter = (1u << width) - limit;
        var value = Read(width - 1);
        return value < shorter ? value : (value << 1) - shorter + Read(1);
    }
}

/// <summary>Writes bits into a buffer that is long enough. Bits around those that are written stay as they are.</summary>
internal ref struct BitWriter(Span<byte> bytes)
{
    private readonly Span<byte> _bytes = bytes;

    /// <summary>Bits that were written.</summary>
    public int Position { get; set; }

    /// <summary>Writes the lower bits of a value, 0 to 32 of them.</summary>
    public void Write(uint value, int count)
    {
        while (count > 0)
        {
            var inByte = Position & 7;
            var taken = Math.Min(count, 8 - inByte);
            var shift = 8 - inByte - taken;
            var mask = (1u << taken) - 1 << shift;
            ref var target = ref _bytes[Position >> 3];
            target = (byte)(target & ~mask | value >> count - taken << shift & mask);
            Position += taken;
            count -= taken;
        }
    }
}
