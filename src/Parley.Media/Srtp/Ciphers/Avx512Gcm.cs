// GCM where the hash is four blocks wide and rides along with the rounds of AES, which alone keep their two units busy.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Parley.Media.Srtp.Ciphers;

/// <summary>
/// Seals in one pass. What is alive while blocks go through the rounds is one hash and one counter block: more would push the blocks into registers
/// that AES instructions cannot use, and each such block costs two moves a round.
/// </summary>
internal sealed unsafe class Avx512Gcm(ReadOnlySpan<byte> key) : AesNiGcm<GhashLanes512, Vector512<byte>>(key)
{
    private const int VectorLength = 64;
    private const int HalfLength = 2 * VectorLength;
    private const int GroupLength = 4 * VectorLength;

    /// <inheritdoc/>
    public override void Seal(Vector128<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain, Span<byte> output)
    {
        if (plain.Length > MaxOneByteLength)
        {
            base.Seal(nonce, associated, plain, output);
            return;
        }

        fixed (byte* header = associated, from = plain, to = output[..(plain.Length + TagLength)])
        {
            var sum = Hash(GhashKey.End(Key), Vector128<ulong>.Zero, header, associated.Length);
            Seal(Key, nonce, sum, from, to, plain.Length, Vector128.Create((ulong)plain.Length * 8, (ulong)associated.Length * 8));
        }

        GC.KeepAlive(Key);
    }

    private static void Seal(AesNiKey key, Vector128<byte> nonce, Vector128<ulong> sum, byte* source, byte* destination, int length, Vector128<ulong> lengths)
    {
        var first = nonce ^ Vector128.Load(key.RoundKeys);
        var roundKeys = key.RoundKeys;
        var rounds = key.Rounds;
        var powers = GhashKey.End(key);
        var counters = CounterBlocks.Start + FirstCounter * BlockLength;
        for (; length >= GroupLength; length -= GroupLength)
        {
            Encrypt(roundKeys, rounds, first, counters, out var a, out var b);
            Encrypt(roundKeys, rounds, first, counters + HalfLength, out var c, out var d);
            a ^= Vector512.Load(source);
            b ^= Vector512.Load(source + VectorLength);
            c ^= Vector512.Load(source + 2 * VectorLength);
            d ^= Vector512.Load(source + 3 * VectorLength);
            a.Store(destination);
            b.Store(destination + VectorLength);
            c.Store(destination + 2 * VectorLength);
            d.Store(destination + 3 * VectorLength);
            var power = powers - GroupLength;
            GhashLanes512.Multiply(GhashLanes512.AddToFirst(GhashLanes512.Reverse(a), sum), power, out var low, out var middle, out var high);
            GhashLanes512.MultiplyAdd(GhashLanes512.Reverse(b), power + VectorLength, ref low, ref middle, ref high);
            GhashLanes512.MultiplyAdd(GhashLanes512.Reverse(c), power + 2 * VectorLength, ref low, ref middle, ref high);
            GhashLanes512.MultiplyAdd(GhashLanes512.Reverse(d), power + 3 * VectorLength, ref low, ref middle, ref high);
            sum = GhashLanes512.Reduce(low, middle, high);
            source += GroupLength;
            destination += GroupLength;
            counters += GroupLength;
        }

        Finish(roundKeys, rounds, first, sum, source, destination, length, counters, powers, lengths);
    }

    private static void Finish(
        byte* roundKeys, int rounds, Vector128<byte> first, Vector128<ulong> sum, byte* source, byte* destination, int length,
        byte* counters, byte* powers, Vector128<ulong> lengths)
    {
        Vector512<byte> low, middle, high;
        if (length > HalfLength)
        {
            Encrypt(roundKeys, rounds, first, counters, out var a, out var b);
            a ^= Vector512.Load(source);
            b ^= Vector512.Load(source + VectorLength);
            a.Store(destination);
            b.Store(destination + VectorLength);
            GhashLanes512.Multiply(GhashLanes512.AddToFirst(GhashLanes512.Reverse(a), sum), powers - HalfLength, out low, out middle, out high);
            GhashLanes512.MultiplyAdd(GhashLanes512.Reverse(b), powers - VectorLength, ref low, ref middle, ref high);
            sum = GhashLanes512.Reduce(low, middle, high);
            source += HalfLength;
            destination += HalfLength;
            counters += HalfLength;
            length -= HalfLength;
        }

        // The last group ends with the block of lengths, which its powers leave room for.
        var power = powers - ((length + BlockLength - 1) / BlockLength + 1) * BlockLength;
        Vector128<byte> tag;
        if (length > VectorLength)
        {
            EncryptWithTag(roundKeys, rounds, first, counters, out var a, out var b, out tag);
            a ^= Vector512.Load(source);
            a.Store(destination);
            b = StorePart(b, source + VectorLength, destination + VectorLength, length - VectorLength);
            GhashLanes512.Multiply(GhashLanes512.AddToFirst(GhashLanes512.Reverse(a), sum), power, out low, out middle, out high);
            GhashLanes512.MultiplyAdd(GhashLanes512.Reverse(b), power + VectorLength, ref low, ref middle, ref high);
        }
        else
        {
            EncryptWithTag(roundKeys, rounds, first, counters, out var a, out tag);
            a = StorePart(a, source, destination, length);
            GhashLanes512.Multiply(GhashLanes512.AddToFirst(GhashLanes512.Reverse(a), sum), power, out low, out middle, out high);
        }

        GhashLanes128.Multiply(lengths.AsByte(), powers - BlockLength, out var lengthsLow, out var lengthsMiddle, out var lengthsHigh);
        low = GhashLanes512.AddToFirst(low, lengthsLow.AsUInt64());
        middle = GhashLanes512.AddToFirst(middle, lengthsMiddle.AsUInt64());
        high = GhashLanes512.AddToFirst(high, lengthsHigh.AsUInt64());
        (tag ^ GhashLanes128.Reverse(GhashLanes512.Reduce(low, middle, high))).Store(destination + length);
    }

    /// <summary>Adds bytes to the keystream and stores the sum; nothing is read or written behind them, and zeros follow in the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> StorePart(Vector512<byte> keystream, byte* source, byte* destination, int length)
    {
        var mask = GhashLanes512.FirstBytes(length);
        var sum = Avx512BW.MaskLoad(source, mask, Vector512<byte>.Zero) ^ (keystream & mask);
        Avx512BW.MaskStore(destination, mask, sum);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Encrypt(byte* roundKeys, int rounds, Vector128<byte> first, byte* counters, out Vector512<byte> low, out Vector512<byte> high)
    {
        var a = first ^ Vector128.Load(counters);
        var b = first ^ Vector128.Load(counters + 16);
        var c = first ^ Vector128.Load(counters + 32);
        var d = first ^ Vector128.Load(counters + 48);
        var e = first ^ Vector128.Load(counters + 64);
        var f = first ^ Vector128.Load(counters + 80);
        var g = first ^ Vector128.Load(counters + 96);
        var h = first ^ Vector128.Load(counters + 112);
        AesNiRounds.Encrypt(roundKeys, rounds, ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
        low = GhashLanes512.Join(a, b, c, d);
        high = GhashLanes512.Join(e, f, g, h);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EncryptWithTag(
        byte* roundKeys, int rounds, Vector128<byte> first, byte* counters, out Vector512<byte> low, out Vector512<byte> high, out Vector128<byte> tag)
    {
        var a = first ^ Vector128.Load(counters);
        var b = first ^ Vector128.Load(counters + 16);
        var c = first ^ Vector128.Load(counters + 32);
        var d = first ^ Vector128.Load(counters + 48);
        var e = first ^ Vector128.Load(counters + 64);
        var f = first ^ Vector128.Load(counters + 80);
        var g = first ^ Vector128.Load(counters + 96);
        var h = first ^ Vector128.Load(counters + 112);
        tag = first ^ Vector128.Load(CounterBlocks.Start + TagCounter * BlockLength);
        AesNiRounds.Encrypt(roundKeys, rounds, ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, ref tag);
        low = GhashLanes512.Join(a, b, c, d);
        high = GhashLanes512.Join(e, f, g, h);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EncryptWithTag(
        byte* roundKeys, int rounds, Vector128<byte> first, byte* counters, out Vector512<byte> blocks, out Vector128<byte> tag)
    {
        var a = first ^ Vector128.Load(counters);
        var b = first ^ Vector128.Load(counters + 16);
        var c = first ^ Vector128.Load(counters + 32);
        var d = first ^ Vector128.Load(counters + 48);
        tag = first ^ Vector128.Load(CounterBlocks.Start + TagCounter * BlockLength);
        AesNiRounds.Encrypt(roundKeys, rounds, ref a, ref b, ref c, ref d, ref tag);
        blocks = GhashLanes512.Join(a, b, c, d);
    }
}
