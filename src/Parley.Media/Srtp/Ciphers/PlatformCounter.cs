// Counter mode out of the platform's AES, which knows single blocks only.
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Parley.Media.Srtp.Ciphers;

internal sealed class PlatformCounter : CounterCipher
{
    private const int BlockLength = 16;
    private const int BatchLength = 128 * BlockLength;

    private readonly Aes _aes; // owned
    private readonly ICryptoTransform _encryptor; // owned; kept because a one-shot call allocates
    private readonly byte[] _counters = new byte[BatchLength];
    private readonly byte[] _keystream = new byte[BatchLength];

    [SuppressMessage("Security", "CA5358:Review cipher mode usage with cryptography experts", Justification = "The single blocks of a counter mode that the platform lacks.")]
    public PlatformCounter(ReadOnlySpan<byte> key)
    {
        _aes = Aes.Create();
        _aes.Mode = CipherMode.ECB;
        _aes.Padding = PaddingMode.None;
        _aes.SetKey(key);
        _encryptor = _aes.CreateEncryptor();
    }

    /// <inheritdoc/>
    public override void Transform(Vector128<byte> initial, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        for (var at = 0; at < source.Length; at += BatchLength)
        {
            var length = Math.Min(BatchLength, source.Length - at);
            var blocks = (length + BlockLength - 1) / BlockLength;
            for (var block = 0; block < blocks; block++)
            {
                var counter = _counters.AsSpan(block * BlockLength, BlockLength);
                initial.CopyTo(counter);
                BinaryPrimitives.WriteUInt16BigEndian(counter[14..], (ushort)(at / BlockLength + block));
            }

            _encryptor.TransformBlock(_counters, 0, blocks * BlockLength, _keystream, 0);
            Add(source.Slice(at, length), _keystream.AsSpan(0, length), destination.Slice(at, length));
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _encryptor.Dispose();
        _aes.Dispose();
        CryptographicOperations.ZeroMemory(_keystream);
    }

    private static void Add(ReadOnlySpan<byte> source, ReadOnlySpan<byte> keystream, Span<byte> destination)
    {
        var whole = source.Length / Vector<byte>.Count * Vector<byte>.Count;
        var sources = MemoryMarshal.Cast<byte, Vector<byte>>(source[..whole]);
        var keys = MemoryMarshal.Cast<byte, Vector<byte>>(keystream[..whole]);
        var sums = MemoryMarshal.Cast<byte, Vector<byte>>(destination[..whole]);
        for (var i = 0; i < sources.Length; i++)
            sums[i] = sources[i] ^ keys[i];
        for (var i = whole; i < source.Length; i++)
            destination[i] = (byte)(source[i] ^ keystream[i]);
    }
}
