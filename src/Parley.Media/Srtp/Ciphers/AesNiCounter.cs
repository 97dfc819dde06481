// Counter mode by AES instructions, eight blocks at a time.
using System.Runtime.Intrinsics;

namespace Parley.Media.Srtp.Ciphers;

internal sealed unsafe class AesNiCounter(ReadOnlySpan<byte> key) : CounterCipher
{
    private const int BlockLength = 16;
    private const int BatchLength = 8 * BlockLength;

    private readonly AesNiKey _key = new(key); // owned

    /// <inheritdoc/>
    public override void Transform(Vector128<byte> initial, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* from = source, to = destination[..source.Length])
            Transform(_key, initial, 0, from, to, source.Length);
    }

    /// <inheritdoc/>
    public override void Dispose() => _key.Clear();

    /// <summary>Adds the keystream that begins with a block counter's value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="initial">The counter block whose last two bytes are zero.</param>
    /// <param name="counter">What they are to be at first.</param>
    /// <param name="source">What to add to.</param>
    /// <param name="destination">Elsewhere, or the same place.</param>
    /// <param name="length">Bytes.</param>
    public static void Transform(AesNiKey key, Vector128<byte> initial, int counter, byte* source, byte* destination, int length)
    {
        var first = initial ^ Vector128.Load(key.RoundKeys);
        while (length > 0)
        {
            var low = counter % CounterBlocks.Values;
            var run = Math.Min(length, (CounterBlocks.Values - low) * BlockLength);
            Run(key.RoundKeys, key.Rounds, first ^ CounterBlocks.High(counter), CounterBlocks.Start + low * BlockLength, source, destination, run);
            counter += run / BlockLength;
            source += run;
            destination += run;
            length -= run;
        }

        GC.KeepAlive(key);
    }

    private static void Run(byte* roundKeys, int rounds, Vector128<byte> first, byte* counters, byte* source, byte* destination, int length)
    {
        for (; length >= BatchLength; length -= BatchLength)
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
            (a ^ Vector128.Load(source)).Store(destination);
            (b ^ Vector128.Load(source + 16)).Store(destination + 16);
            (c ^ Vector128.Load(source + 32)).Store(destination + 32);
            (d ^ Vector128.Load(source + 48)).Store(destination + 48);
            (e ^ Vector128.Load(source + 64)).Store(destination + 64);
            (f ^ Vector128.Load(source + 80)).Store(destination + 80);
            (g ^ Vector128.Load(source + 96)).Store(destination + 96);
            (h ^ Vector128.Load(source + 112)).Store(destination + 112);
            counters += BatchLength;
            source += BatchLength;
            destination += BatchLength;
        }

        if (length > 0)
            Rest(roundKeys, rounds, first, counters, source, destination, length);
    }

    private static void Rest(byte* roundKeys, int rounds, Vector128<byte> first, byte* counters, byte* source, byte* destination, int length)
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
        var keystream = stackalloc byte[BatchLength];
        a.Store(keystream);
        b.Store(keystream + 16);
        c.Store(keystream + 32);
        d.Store(keystream + 48);
        e.Store(keystream + 64);
        f.Store(keystream + 80);
        g.Store(keystream + 96);
        h.Store(keystream + 112);
        var at = 0;
        for (; at + BlockLength <= length; at += BlockLength)
            (Vector128.Load(keystream + at) ^ Vector128.Load(source + at)).Store(destination + at);
        if (at < length)
            PartialBlock.Store(Vector128.Load(keystream + at) ^ PartialBlock.Load(source + at, length - at), destination + at, length - at);
    }
}
