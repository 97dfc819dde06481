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
    public static Vector128<byte> Reversal
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    }

    /// <summary>A block with its bytes reversed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Reverse(Vector128<ulong> block) => Ssse3.Shuffle(block.AsByte(), Reversal);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(byte* source) => Ssse3.Shuffle(Vector128.Load(source), Reversal);

    public static Vector128<byte> LoadPart(byte* source, int length) => Ssse3.Shuffle(PartialBlock.Load(source, length), Reversal);

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
    public static Vector128<ulong> HashEight(
        byte* powers, Vector128<ulong> sum, Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d,
        Vector128<byte> e, Vector128<byte> f, Vector128<byte> g, Vector128<byte> h)
    {
        Multiply(Ssse3.Shuffle(a, Reversal) ^ sum.AsByte(), powers - 128, out var low, out var middle, out var high);
        MultiplyAdd(Ssse3.Shuffle(b, Reversal), powers - 112, ref low, ref middle, ref high);
        MultiplyAdd(Ssse3.Shuffle(c, Reversal), powers - 96, ref low, ref middle, ref high);
        MultiplyAdd(Ssse3.Shuffle(d, Reversal), powers - 80, ref low, ref middle, ref high);
        MultiplyAdd(Ssse3.Shuffle(e, Reversal), powers - 64, ref low, ref middle, ref high);
        MultiplyAdd(Ssse3.Shuffle(f, Reversal), powers - 48, ref low, ref middle, ref high);
        MultiplyAdd(Ssse3.Shuffle(g, Reversal), powers - 32, ref low, ref middle, ref high);
        MultiplyAdd(Ssse3.Shuffle(h, Reversal), powers - 16, ref low, ref middle, ref high);
        return Reduce(low, middle, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Swap(Vector128<byte> halves) => Sse2.Shuffle(halves.AsInt32(), 0b01_00_11_10).AsUInt64();
}
