// The platform's AES-GCM: slower for packets because of what each call costs, but everywhere.
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Parley.Media.Srtp.Ciphers;

internal sealed class PlatformGcm(ReadOnlySpan<byte> key) : GcmCipher
{
    private readonly AesGcm _aes = new(key, TagLength); // owned

    // Where a packet is opened: the platform writes zeros over a plaintext that is not authentic.
    private byte[] _opened = new byte[2048];

    /// <inheritdoc/>
    public override void Seal(Vector128<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain, Span<byte> output)
    {
        Span<byte> nonceBytes = stackalloc byte[Vector128<byte>.Count];
        nonce.CopyTo(nonceBytes);
        _aes.Encrypt(nonceBytes[..NonceLength], plain, output[..plain.Length], output[plain.Length..], associated);
    }

    /// <inheritdoc/>
    public override bool TryOpen(Vector128<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> input, Span<byte> plain)
    {
        Span<byte> nonceBytes = stackalloc byte[Vector128<byte>.Count];
        nonce.CopyTo(nonceBytes);
        if (_opened.Length < plain.Length)
            _opened = new byte[plain.Length];
        var opened = _opened.AsSpan(0, plain.Length);
        try
        {
            _aes.Decrypt(nonceBytes[..NonceLength], input[..plain.Length], input[plain.Length..], opened, associated);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        opened.CopyTo(plain);
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose() => _aes.Dispose();
}
