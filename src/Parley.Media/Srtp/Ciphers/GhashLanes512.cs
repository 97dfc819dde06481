// Carry-less multiplication of four blocks at a time.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Parley.Media.Srtp.Ciphers;

internal readonly unsafe struct GhashLanes512 : IGhashLanes<Vector512<byte>>
{
    private const int ReversalAt = 0;
    private const int PolynomialAt = 64;
    private const int IndicesAt = 128;

    // In memory, because the compiler would keep them in registers that the rounds of AES need more.
    private static readonly PinnedLines Constants = Make();
    private static readonly byte* Start = Constants.Start;

    public static bool IsSupported => Pclmulqdq.V512.IsSupported && Avx512BW.IsSupported && Avx512F.IsSupported;

    /// <summary>All bits of the first bytes, as many as are asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> FirstBytes(int length) => Vector512.LessThan(Vector512.Load(Start + IndicesAt), Vector512.Create((byte)length));

    /// <summary>Reverses the bytes of each block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Reverse(Vector512<byte> blocks) => Avx512BW.Shuffle(blocks, Vector512.Load(Start + ReversalAt));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(byte* source) => Reverse(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LoadPart(byte* source, int length) => Reverse(Avx512BW.MaskLoad(source, FirstBytes(length), Vector512<byte>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> AddToFirst(Vector512<byte> blocks, Vector128<ulong> block) => blocks ^ block.AsByte().ToVector256().ToVector512();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(Vector512<byte> blocks, byte* powers, out Vector512<byte> low, out Vector512<byte> middle, out Vector512<byte> high)
    {
        var x = blocks.AsUInt64();
        var y = Vector512.Load(powers).AsUInt64();
        low = Pclmulqdq.V512.CarrylessMultiply(x, y, 0x00).AsByte();
        middle = (Pclmulqdq.V512.CarrylessMultiply(x, y, 0x01) ^ Pclmulqdq.V512.CarrylessMultiply(x, y, 0x10)).AsByte();
        high = Pclmulqdq.V512.CarrylessMultiply(x, y, 0x11).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(Vector512<byte> blocks, byte* powers, ref Vector512<byte> low, ref Vector512<byte> middle, ref Vector512<byte> high)
    {
        var x = blocks.AsUInt64();
        var y = Vector512.Load(powers).AsUInt64();
        low ^= Pclmulqdq.V512.CarrylessMultiply(x, y, 0x00).AsByte();
        middle = Sum(middle, Pclmulqdq.V512.CarrylessMultiply(x, y, 0x01).AsByte(), Pclmulqdq.V512.CarrylessMultiply(x, y, 0x10).AsByte());
        high ^= Pclmulqdq.V512.CarrylessMultiply(x, y, 0x11).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Reduce(Vector512<byte> low, Vector512<byte> middle, Vector512<byte> high)
    {
        // All lanes are reduced at once and added up afterwards: fewer instructions than the other way round.
        var polynomial = Vector512.Load(Start + PolynomialAt).AsUInt64();
        middle = Sum(middle, Swap(low), Pclmulqdq.V512.CarrylessMultiply(polynomial, low.AsUInt64(), 0x00).AsByte());
        high = Sum(high, Swap(middle), Pclmulqdq.V512.CarrylessMultiply(polynomial, middle.AsUInt64(), 0x00).AsByte());
        var half = high.GetLower() ^ high.GetUpper();
        return (half.GetLower() ^ half.GetUpper()).AsUInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> HashEight(
        byte* powers, Vector128<ulong> sum, Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d,
        Vector128<byte> e, Vector128<byte> f, Vector128<byte> g, Vector128<byte> h)
    {
        Multiply(AddToFirst(Reverse(Join(a, b, c, d)), sum), powers - 128, out var low, out var middle, out var high);
        MultiplyAdd(Reverse(Join(e, f, g, h)), powers - 64, ref low, ref middle, ref high);
        return Reduce(low, middle, high);
    }

    /// <summary>Four blocks as one vector. (Vector512.Create of halves makes the compiler store and load what it begins with.)</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Join(Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d) =>
        a.ToVector256Unsafe().WithUpper(b).ToVector512Unsafe().WithUpper(c.ToVector256Unsafe().WithUpper(d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Sum(Vector512<byte> a, Vector512<byte> b, Vector512<byte> c) => Avx512F.TernaryLogic(a, b, c, 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Swap(Vector512<byte> halves) => Avx512F.Shuffle(halves.AsInt32(), 0b01_00_11_10).AsByte();

    private static PinnedLines Make()
    {
        var constants = new PinnedLines(3 * Vector512<byte>.Count);
        Vector512.Create(GhashLanes128.Reversal).Store(constants.Start + ReversalAt);
        Vector512.Create(Vector128.CreateScalar(GhashLanes128.Polynomial)).AsByte().Store(constants.Start + PolynomialAt);
        Vector512<byte>.Indices.Store(constants.Start + IndicesAt);
        return constants;
    }
}
