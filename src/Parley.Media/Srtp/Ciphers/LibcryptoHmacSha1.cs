// HMAC that begins from the states behind the two pads: two compressions fewer for each packet. RFC 2104 §4.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Parley.Media.Srtp.Ciphers;

internal sealed unsafe class LibcryptoHmacSha1 : MessageAuthenticator
{
    private const int LengthLength = 8;
    private const byte EndMark = 0x80;

    private readonly uint[] _inner = new uint[LibcryptoSha1.StateWords];
    private readonly uint[] _outer = new uint[LibcryptoSha1.StateWords];

    /// <summary>Computes the states.</summary>
    /// <param name="key">At most 64 bytes; not kept.</param>
    public LibcryptoHmacSha1(ReadOnlySpan<byte> key)
    {
        AbsorbPad(key, 0x36, _inner);
        AbsorbPad(key, 0x5C, _outer);
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Compute(ReadOnlySpan<byte> message, ReadOnlySpan<byte> suffix, Span<byte> tag)
    {
        var context = stackalloc uint[LibcryptoSha1.ContextWords];
        Begin(context, _inner);
        var whole = message.Length / LibcryptoSha1.BlockLength;
        if (whole > 0)
        {
            fixed (byte* blocks = message)
                LibcryptoSha1.Compress(context, blocks, whole);
        }

        Span<byte> rest = stackalloc byte[2 * LibcryptoSha1.BlockLength];
        var tail = message[(whole * LibcryptoSha1.BlockLength)..];
        tail.CopyTo(rest);
        suffix.CopyTo(rest[tail.Length..]);
        Finish(context, rest, tail.Length + suffix.Length, message.Length + suffix.Length);

        Span<byte> digest = stackalloc byte[LibcryptoSha1.BlockLength];
        Write(context, digest);
        Begin(context, _outer);
        Finish(context, digest, FullTagLength, FullTagLength);
        Write(context, tag);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_inner.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_outer.AsSpan()));
    }

    private static void AbsorbPad(ReadOnlySpan<byte> key, byte pad, Span<uint> state)
    {
        var block = stackalloc byte[LibcryptoSha1.BlockLength];
        for (var i = 0; i < LibcryptoSha1.BlockLength; i++)
            block[i] = (byte)(pad ^ (i < key.Length ? key[i] : 0));
        var context = stackalloc uint[LibcryptoSha1.ContextWords];
        Begin(context, [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0]);
        LibcryptoSha1.Compress(context, block, 1);
        new ReadOnlySpan<uint>(context, LibcryptoSha1.StateWords).CopyTo(state);
        CryptographicOperations.ZeroMemory(new Span<byte>(block, LibcryptoSha1.BlockLength));
    }

    private static void Begin(uint* context, ReadOnlySpan<uint> state)
    {
        state.CopyTo(new Span<uint>(context, LibcryptoSha1.StateWords));
        new Span<uint>(context + LibcryptoSha1.StateWords, LibcryptoSha1.ContextWords - LibcryptoSha1.StateWords).Clear();
    }

    // Appends the end mark and the length in bits, which counts the pad too; in a second block when the first has no room.
    private static void Finish(uint* context, Span<byte> rest, int used, int length)
    {
        var blocks = used + 1 + LengthLength <= LibcryptoSha1.BlockLength ? 1 : 2;
        rest = rest[..(blocks * LibcryptoSha1.BlockLength)];
        rest[used] = EndMark;
        rest[(used + 1)..].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(rest[^LengthLength..], (ulong)(LibcryptoSha1.BlockLength + length) * 8);
        fixed (byte* pointer = rest)
            LibcryptoSha1.Compress(context, pointer, blocks);
    }

    private static void Write(uint* context, Span<byte> digest)
    {
        for (var word = 0; word < LibcryptoSha1.StateWords; word++)
            BinaryPrimitives.WriteUInt32BigEndian(digest[(word * 4)..], context[word]);
    }
}
