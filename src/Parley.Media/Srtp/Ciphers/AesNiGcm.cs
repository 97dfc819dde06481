// GCM by AES and carry-less-multiply instructions: one pass for the keystream, one for the hash.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Parley.Media.Srtp.Ciphers;

/// <summary>GCM with a hash over vectors of a certain width.</summary>
/// <typeparam name="TLanes">The arithmetic.</typeparam>
/// <typeparam name="TVector">The vectors.</typeparam>
internal unsafe class AesNiGcm<TLanes, TVector> : GcmCipher
    where TLanes : struct, IGhashLanes<TVector>
    where TVector : struct
{
    protected const int BlockLength = 16;

    private const int GroupLength = GhashKey.GroupBlocks * BlockLength;

    // The counter of the block that covers the tag is 1; the plaintext's blocks follow.
    protected const int TagCounter = 1;
    protected const int FirstCounter = 2;

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
            AesNiCounter.Transform(Key, nonce, FirstCounter, from, to, plain.Length);
            Tag(nonce, header, associated.Length, to, plain.Length).Store(to + plain.Length);
        }
    }

    /// <inheritdoc/>
    public override bool TryOpen(Vector128<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> input, Span<byte> plain)
    {
        var length = input.Length - TagLength;
        fixed (byte* header = associated, from = input, to = plain[..length])
        {
            var tag = Tag(nonce, header, associated.Length, from, length);
            if (!CryptographicOperations.FixedTimeEquals(new ReadOnlySpan<byte>(&tag, TagLength), input[length..]))
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

    private Vector128<byte> Tag(Vector128<byte> nonce, byte* associated, int associatedLength, byte* cipher, int length)
    {
        var powers = GhashKey.End(Key);
        var cover = Key.Encrypt(nonce ^ Vector128.Load(CounterBlocks.Start + TagCounter * BlockLength));
        var sum = Hash(powers, Hash(powers, Vector128<ulong>.Zero, associated, associatedLength), cipher, length);
        var lengths = Vector128.Create((ulong)length * 8, (ulong)associatedLength * 8);
        var tag = cover ^ GhashLanes128.Reverse(GhashKey.Multiply(sum ^ lengths, powers - BlockLength));
        GC.KeepAlive(Key);
        return tag;
    }
}
