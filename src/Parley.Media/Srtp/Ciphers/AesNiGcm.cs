// GCM by AES and carry-less-multiply instructions.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Parley.Media.Srtp.Ciphers;

/// <summary>GCM with a hash over vectors of a certain width.</summary>
/// <typeparam name="TLanes">The arithmetic.</typeparam>
/// <typeparam name="TVector">The vectors.</typeparam>
internal unsafe class AesNiGcm<TLanes, TVector> : GcmCipher
    where TLanes : struct, IGhashLanes<TVector>
    where TVector : struct
{
    protected const int BlockLength = 16;

    private const int BatchLength = 8 * BlockLength;
    private const int GroupLength = GhashKey.GroupBlocks * BlockLength;

    // The counter of the block that covers the tag is 1; the plaintext's blocks follow.
    protected const int TagCounter = 1;
    protected const int FirstCounter = 2;

    /// <summary>The longest plaintext whose blocks are counted by one byte; those of media are shorter.</summary>
    protected const int MaxOneByteLength = (CounterBlocks.Values - FirstCounter) * BlockLength;

    public AesNiGcm(ReadOnlySpan<byte> key)
    {
        Key = new AesNiKey(key, GhashKey.Length);
        GhashKey.Fill(Key);
    }

    /// <summary>The AES key, and the hash key's powers behind it.</summary>
    protected AesNiKey Key { get; } // owned

    /// <inheritdoc/>
    public override void Seal(Vector128<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain, Span<byte> output)
    {
        fixed (byte* header = associated, from = plain, to = output[..(plain.Length + TagLength)])
        {
            var sum = SealBatches(Key, nonce, Hash(GhashKey.End(Key), Vector128<ulong>.Zero, header, associated.Length), from, to, plain.Length, out var done);
            AesNiCounter.Transform(Key, nonce, FirstCounter + done / BlockLength, from + done, to + done, plain.Length - done);
            sum = Hash(GhashKey.End(Key), sum, to + done, plain.Length - done);
            Tag(nonce, sum, associated.Length, plain.Length).Store(to + plain.Length);
        }
    }

    /// <inheritdoc/>
    public override bool TryOpen(Vector128<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> input, Span<byte> plain)
    {
        var length = input.Length - TagLength;
        fixed (byte* header = associated, from = input, to = plain[..length])
        {
            var sum = Hash(GhashKey.End(Key), Vector128<ulong>.Zero, header, associated.Length);
            var tag = Tag(nonce, Hash(GhashKey.End(Key), sum, from, length), associated.Length, length);
            // One comparison of all bytes: it takes the same time wherever they differ.
            if (tag != Vector128.Load(from + length))
                return false;
            AesNiCounter.Transform(Key, nonce, FirstCounter, from, to, length);
            return true;
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => Key.Clear();

    /// <summary>Hashes bytes, filled up with zeros to whole blocks.</summary>
    /// <param name="powers">The end of the hash key's powers.</param>
    /// <param name="sum">The hash so far.</param>
    /// <param name="source">The bytes.</param>
    /// <param name="length">How many.</param>
    protected static Vector128<ulong> Hash(byte* powers, Vector128<ulong> sum, byte* source, int length)
    {
        while (length > 0)
        {
            var group = Math.Min(length, GroupLength);
            length -= group;
            var power = powers - (group + BlockLength - 1) / BlockLength * BlockLength;
            var whole = group >= Unsafe.SizeOf<TVector>();
            TLanes.Multiply(
                TLanes.AddToFirst(whole ? TLanes.Load(source) : TLanes.LoadPart(source, group), sum), power, out var low, out var middle, out var high);
            for (group -= Unsafe.SizeOf<TVector>(); group > 0; group -= Unsafe.SizeOf<TVector>())
            {
                source += Unsafe.SizeOf<TVector>();
                power += Unsafe.SizeOf<TVector>();
                var blocks = group >= Unsafe.SizeOf<TVector>() ? TLanes.Load(source) : TLanes.LoadPart(source, group);
                TLanes.MultiplyAdd(blocks, power, ref low, ref middle, ref high);
            }

            source += Unsafe.SizeOf<TVector>();
            sum = TLanes.Reduce(low, middle, high);
        }

        return sum;
    }

    // Whole batches, hashed from registers while the next ones go through the rounds.
    private static Vector128<ulong> SealBatches(
        AesNiKey key, Vector128<byte> nonce, Vector128<ulong> sum, byte* source, byte* destination, int length, out int done)
    {
        var hash = sum;
        var powers = GhashKey.End(key);
        var first = nonce ^ Vector128.Load(key.RoundKeys);
        var counters = CounterBlocks.Start + FirstCounter * BlockLength;
        done = Math.Min(length, MaxOneByteLength) / BatchLength * BatchLength;
        for (var end = source + done; source != end; source += BatchLength)
        {
            var a = first ^ Vector128.Load(counters);
            var b = first ^ Vector128.Load(counters + 16);
            var c = first ^ Vector128.Load(counters + 32);
            var d = first ^ Vector128.Load(counters + 48);
            var e = first ^ Vector128.Load(counters + 64);
            var f = first ^ Vector128.Load(counters + 80);
            var g = first ^ Vector128.Load(counters + 96);
            var h = first ^ Vector128.Load(counters + 112);
            AesNiRounds.Encrypt(key.RoundKeys, key.Rounds, ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
            (a ^= Vector128.Load(source)).Store(destination);
            (b ^= Vector128.Load(source + 16)).Store(destination + 16);
            (c ^= Vector128.Load(source + 32)).Store(destination + 32);
            (d ^= Vector128.Load(source + 48)).Store(destination + 48);
            (e ^= Vector128.Load(source + 64)).Store(destination + 64);
            (f ^= Vector128.Load(source + 80)).Store(destination + 80);
            (g ^= Vector128.Load(source + 96)).Store(destination + 96);
            (h ^= Vector128.Load(source + 112)).Store(destination + 112);
            hash = TLanes.HashEight(powers, hash, a, b, c, d, e, f, g, h);
            counters += BatchLength;
            destination += BatchLength;
        }

        return hash;
    }

    private Vector128<byte> Tag(Vector128<byte> nonce, Vector128<ulong> sum, int associatedLength, int length)
    {
        var cover = Key.Encrypt(nonce ^ Vector128.Load(CounterBlocks.Start + TagCounter * BlockLength));
        var lengths = Vector128.Create((ulong)length * 8, (ulong)associatedLength * 8);
        var tag = cover ^ GhashLanes128.Reverse(GhashKey.Multiply(sum ^ lengths, GhashKey.End(Key) - BlockLength));
        GC.KeepAlive(Key);
        return tag;
    }
}
