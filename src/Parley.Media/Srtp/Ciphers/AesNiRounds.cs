// AES rounds over several blocks at once: an instruction takes four cycles, and two can begin in each.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using X86 = System.Runtime.Intrinsics.X86;

namespace Parley.Media.Srtp.Ciphers;

/// <summary>
/// Takes blocks, to which the first round key has been added, through all rounds. Blocks are arguments of their own, because only so do they stay
/// in registers; at most nine, with little else alive around the call, because only sixteen registers can hold an operand of these instructions.
/// </summary>
internal static unsafe class AesNiRounds
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encrypt(byte* roundKeys, int rounds, ref Vector128<byte> a)
    {
        var last = roundKeys + rounds * 16;
        for (var at = roundKeys + 16; at != last; at += 16)
            a = X86.Aes.Encrypt(a, Vector128.Load(at));
        a = X86.Aes.EncryptLast(a, Vector128.Load(last));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encrypt(
        byte* roundKeys, int rounds, ref Vector128<byte> a, ref Vector128<byte> b, ref Vector128<byte> c, ref Vector128<byte> d, ref Vector128<byte> e)
    {
        var last = roundKeys + rounds * 16;
        var at = roundKeys + 16;
        do
        {
            var key = Vector128.Load(at);
            a = X86.Aes.Encrypt(a, key);
            b = X86.Aes.Encrypt(b, key);
            c = X86.Aes.Encrypt(c, key);
            d = X86.Aes.Encrypt(d, key);
            e = X86.Aes.Encrypt(e, key);
            at += 16;
        }
        while (at != last);
        a = X86.Aes.EncryptLast(a, Vector128.Load(last));
        b = X86.Aes.EncryptLast(b, Vector128.Load(last));
        c = X86.Aes.EncryptLast(c, Vector128.Load(last));
        d = X86.Aes.EncryptLast(d, Vector128.Load(last));
        e = X86.Aes.EncryptLast(e, Vector128.Load(last));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encrypt(
        byte* roundKeys, int rounds, ref Vector128<byte> a, ref Vector128<byte> b, ref Vector128<byte> c, ref Vector128<byte> d,
        ref Vector128<byte> e, ref Vector128<byte> f, ref Vector128<byte> g, ref Vector128<byte> h)
    {
        var last = roundKeys + rounds * 16;
        var at = roundKeys + 16;
        do
        {
            var key = Vector128.Load(at);
            a = X86.Aes.Encrypt(a, key);
            b = X86.Aes.Encrypt(b, key);
            c = X86.Aes.Encrypt(c, key);
            d = X86.Aes.Encrypt(d, key);
            e = X86.Aes.Encrypt(e, key);
            f = X86.Aes.Encrypt(f, key);
            g = X86.Aes.Encrypt(g, key);
            h = X86.Aes.Encrypt(h, key);
            at += 16;
        }
        while (at != last);
        a = X86.Aes.EncryptLast(a, Vector128.Load(last));
        b = X86.Aes.EncryptLast(b, Vector128.Load(last));
        c = X86.Aes.EncryptLast(c, Vector128.Load(last));
        d = X86.Aes.EncryptLast(d, Vector128.Load(last));
        e = X86.Aes.EncryptLast(e, Vector128.Load(last));
        f = X86.Aes.EncryptLast(f, Vector128.Load(last));
        g = X86.Aes.EncryptLast(g, Vector128.Load(last));
        h = X86.Aes.EncryptLast(h, Vector128.Load(last));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encrypt(
        byte* roundKeys, int rounds, ref Vector128<byte> a, ref Vector128<byte> b, ref Vector128<byte> c, ref Vector128<byte> d,
        ref Vector128<byte> e, ref Vector128<byte> f, ref Vector128<byte> g, ref Vector128<byte> h, ref Vector128<byte> i)
    {
        var last = roundKeys + rounds * 16;
        var at = roundKeys + 16;
        do
        {
            var key = Vector128.Load(at);
            a = X86.Aes.Encrypt(a, key);
            b = X86.Aes.Encrypt(b, key);
            c = X86.Aes.Encrypt(c, key);
            d = X86.Aes.Encrypt(d, key);
            e = X86.Aes.Encrypt(e, key);
            f = X86.Aes.Encrypt(f, key);
            g = X86.Aes.Encrypt(g, key);
            h = X86.Aes.Encrypt(h, key);
            i = X86.Aes.Encrypt(i, key);
            at += 16;
        }
        while (at != last);
        a = X86.Aes.EncryptLast(a, Vector128.Load(last));
        b = X86.Aes.EncryptLast(b, Vector128.Load(last));
        c = X86.Aes.EncryptLast(c, Vector128.Load(last));
        d = X86.Aes.EncryptLast(d, Vector128.Load(last));
        e = X86.Aes.EncryptLast(e, Vector128.Load(last));
        f = X86.Aes.EncryptLast(f, Vector128.Load(last));
        g = X86.Aes.EncryptLast(g, Vector128.Load(last));
        h = X86.Aes.EncryptLast(h, Vector128.Load(last));
        i = X86.Aes.EncryptLast(i, Vector128.Load(last));
    }
}
