// Carry-less multiplication of two blocks at a time.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Parley.Media.Srtp.Ciphers;

internal readonly unsafe struct GhashLanes256 : IGhashLanes<Vector256<byte>>
{
    public static bool IsSupported => Pclmulqdq.V256.IsSupported && Avx2.IsSupported;

    private static Vector256<byte> Reversal => Vector256.Create(GhashLanes128.Reversal);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(byte* source) => Avx2.Shuffle(Vector256.Load(source), Reversal);

    public static Vector256<byte> LoadPart(byte* source, int length)
    {
        var block = stackalloc byte[Vector256<byte>.Count];
        Vector256<byte>.Zero.Store(block);
        for (var i = 0; i < length; i++)
            block[i] = source[i];
        return Load(block);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> AddToFirst(Vector256<byte> blocks, Vector128<ulong> block) => blocks ^ block.AsByte().ToVector256();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(Vector256<byte> blocks, byte* powers, out Vector256<byte> low, out Vector256<byte> middle, out Vector256<byte> high)
    {
        var x = blocks.AsUInt64();
        var y = Vector256.Load(powers).AsUInt64();
        low = Pclmulqdq.V256.CarrylessMultiply(x, y, 0x00).AsByte();
        middle = (Pclmulqdq.V256.CarrylessMultiply(x, y, 0x01) ^ Pclmulqdq.V256.CarrylessMultiply(x, y, 0x10)).AsByte();
        high = Pclmulqdq.V256.CarrylessMultiply(x, y, 0x11).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(Vector256<byte> blocks, byte* powers, ref Vector256<byte> low, ref Vector256<byte> middle, ref Vector256<byte> high)
    {
        Multiply(blocks, powers, out var moreLow, out var moreMiddle, out var moreHigh);
        low ^= moreLow;
        middle ^= moreMiddle;
        high ^= moreHigh;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Reduce(Vector256<byte> low, Vector256<byte> middle, Vector256<byte> high) =>
        GhashLanes128.Reduce(low.GetLower() ^ low.GetUpper(), middle.GetLower() ^ middle.GetUpper(), high.GetLower() ^ high.GetUpper());
}
