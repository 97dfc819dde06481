// Carry-less multiplication of one block at a time.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Parley.Media.Srtp.Ciphers;

internal readonly unsafe struct GhashLanes128 : IGhashLanes<Vector128<byte>>
{
    /// <summary>What the bits shifted out at the bottom are worth at the top: x^128 + x^127 + x^126 + x^121 + 1, reversed.</summary>
    public const ulong Polynomial = 0xC200000000000000;

    public static bool IsSupported => Pclmulqdq.IsSupported && Ssse3.IsSupported;

    /// <summary>The places of a block's bytes in reverse.</summary>
    public static Vector128<byte> Reversal => Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

    /// <summary>A block with its bytes reversed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Reverse(Vector128<ulong> block) => Ssse3.Shuffle(block.AsByte(), Reversal);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(byte* source) => Ssse3.Shuffle(Vector128.Load(source), Reversal);

    public static Vector128<byte> LoadPart(byte* source, int length)
    {
        var block = stackalloc byte[Vector128<byte>.Count];
        Vector128<byte>.Zero.Store(block);
        for (var i = 0; i < length; i++)
            block[i] = source[i];
        return Load(block);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> AddToFirst(Vector128<byte> blocks, Vector128<ulong> block) => blocks ^ block.AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(Vector128<byte> blocks, byte* powers, out Vector128<byte> low, out Vector128<byte> middle, out Vector128<byte> high)
    {
        var x = blocks.AsUInt64();
        var y = Vector128.Load(powers).AsUInt64();
        low = Pclmulqdq.CarrylessMultiply(x, y, 0x00).AsByte();
        middle = (Pclmulqdq.CarrylessMultiply(x, y, 0x01) ^ Pclmulqdq.CarrylessMultiply(x, y, 0x10)).AsByte();
        high = Pclmulqdq.CarrylessMultiply(x, y, 0x11).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(Vector128<byte> blocks, byte* powers, ref Vector128<byte> low, ref Vector128<byte> middle, ref Vector128<byte> high)
    {
        Multiply(blocks, powers, out var moreLow, out var moreMiddle, out var moreHigh);
        low ^= moreLow;
        middle ^= moreMiddle;
        high ^= moreHigh;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Reduce(Vector128<byte> low, Vector128<byte> middle, Vector128<byte> high)
    {
        var polynomial = Vector128.CreateScalar(Polynomial);
        var sum = middle.AsUInt64() ^ Swap(low) ^ Pclmulqdq.CarrylessMultiply(polynomial, low.AsUInt64(), 0x00);
        return high.AsUInt64() ^ Swap(sum.AsByte()) ^ Pclmulqdq.CarrylessMultiply(polynomial, sum, 0x00);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Swap(Vector128<byte> halves) => Sse2.Shuffle(halves.AsInt32(), 0b01_00_11_10).AsUInt64();
}
