// Powers of the hash key, so that many blocks share one reduction.
using System.Runtime.Intrinsics;

namespace Parley.Media.Srtp.Ciphers;

/// <summary>The powers of a hash key, behind its AES key: the highest first, so that the blocks of a group lie like their powers.</summary>
internal static unsafe class GhashKey
{
    private const int BlockLength = 16;

    /// <summary>The most blocks of a group.</summary>
    public const int GroupBlocks = 16;

    // One more for the block of lengths, which ends the last group.
    private const int Powers = GroupBlocks + 1;

    /// <summary>Bytes that the powers take. A whole vector may be loaded from the last of them: what it finds there is multiplied by zero.</summary>
    public const int Length = Powers * BlockLength + 48;

    /// <summary>The end of the powers: the n-th lies n blocks before it.</summary>
    public static byte* End(AesNiKey key) => key.Derived + Powers * BlockLength;

    /// <summary>Computes the powers.</summary>
    public static void Fill(AesNiKey key)
    {
        var first = TimesX(GhashLanes128.Reverse(key.Encrypt(Vector128<byte>.Zero).AsUInt64()).AsUInt64()).AsByte();
        var power = first;
        var end = End(key);
        for (var n = 1; n <= Powers; n++)
        {
            power.Store(end - n * BlockLength);
            power = Multiply(first.AsUInt64(), end - n * BlockLength).AsByte();
        }
    }

    /// <summary>The product of a block and a power.</summary>
    public static Vector128<ulong> Multiply(Vector128<ulong> block, byte* power)
    {
        GhashLanes128.Multiply(block.AsByte(), power, out var low, out var middle, out var high);
        return GhashLanes128.Reduce(low, middle, high);
    }

    // In reversed order x lies one bit up; what leaves at the top comes back as the polynomial.
    private static Vector128<ulong> TimesX(Vector128<ulong> block)
    {
        var carry = block[1] >> 63;
        return Vector128.Create(block[0] << 1 | carry, (block[1] << 1 | block[0] >> 63) ^ carry * GhashLanes128.Polynomial);
    }
}
