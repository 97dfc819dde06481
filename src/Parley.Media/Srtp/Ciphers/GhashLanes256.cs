// Carry-less multiplication of two blocks at a time.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Parley.Media.Srtp.Ciphers;

internal readonly unsafe struct GhashLanes256 : IGhashLanes<Vector256<byte>>
{
    public static bool IsSupported => Pclmulqdq.V256.IsSupported && Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(byte* source) => Reverse(Vector256.Load(source));

    public static Vector256<byte> LoadPart(byte* source, int length)
    {
        const int half = 16;
        var blocks = length switch
        {
            > half => Vector128.Load(source).ToVector256().WithUpper(PartialBlock.Load(source + half, length - half)),
            half => Vector128.Load(source).ToVector256(),
            _ => PartialBlock.Load(source, length).ToVector256(),
        };
        return Reverse(blocks);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> HashEight(
        byte* powers, Vector128<ulong> sum, Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d,
        Vector128<byte> e, Vector128<byte> f, Vector128<byte> g, Vector128<byte> h)
    {
        Multiply(AddToFirst(Reverse(Join(a, b)), sum), powers - 128, out var low, out var middle, out var high);
        MultiplyAdd(Reverse(Join(c, d)), powers - 96, ref low, ref middle, ref high);
        MultiplyAdd(Reverse(Join(e, f)), powers - 64, ref low, ref middle, ref high);
        MultiplyAdd(Reverse(Join(g, h)), powers - 32, ref low, ref middle, ref high);
        return Reduce(low, middle, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Reverse(Vector256<byte> blocks) => Avx2.Shuffle(blocks, Vector256.Create(GhashLanes128.Reversal));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Join(Vector128<byte> a, Vector128<byte> b) => a.ToVector256Unsafe().WithUpper(b);
}
