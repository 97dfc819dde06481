// Which instructions do the work. What a machine has is decided once, at start.
using System.Runtime.Intrinsics;
using Parley.Media.Srtp.Ciphers;

namespace Parley.Media.Srtp;

/// <summary>How packets are encrypted and authenticated. All give the same bytes; they differ in speed.</summary>
public enum SrtpImplementation
{
    /// <summary>The fastest that this machine has.</summary>
    Best,

    /// <summary>The platform's own cryptography, everywhere.</summary>
    Portable,

    /// <summary>AES and carry-less-multiply instructions of x86, one block wide.</summary>
    X86Vector128,

    /// <summary>The same with a hash two blocks wide (VPCLMULQDQ and AVX2).</summary>
    X86Vector256,

    /// <summary>The same with a hash four blocks wide (VPCLMULQDQ and AVX-512), in one pass with the encryption.</summary>
    X86Vector512,
}

/// <summary>What this machine can do.</summary>
public static class SrtpImplementations
{
    /// <summary>The implementations that run here, slowest first; <see cref="SrtpImplementation.Best"/> stands for the last of them.</summary>
    public static IReadOnlyList<SrtpImplementation> Supported { get; } = [.. Find()];

    internal static SrtpImplementation Resolve(SrtpImplementation implementation)
    {
        if (implementation == SrtpImplementation.Best)
            return Supported[^1];
        return Supported.Contains(implementation)
            ? implementation
            : throw new PlatformNotSupportedException($"This machine has no instructions for {implementation}.");
    }

    internal static GcmCipher CreateGcm(SrtpImplementation resolved, ReadOnlySpan<byte> key) => resolved switch
    {
        SrtpImplementation.X86Vector512 => new Avx512Gcm(key),
        SrtpImplementation.X86Vector256 => new AesNiGcm<GhashLanes256, Vector256<byte>>(key),
        SrtpImplementation.X86Vector128 => new AesNiGcm<GhashLanes128, Vector128<byte>>(key),
        _ => new PlatformGcm(key),
    };

    internal static CounterCipher CreateCounter(SrtpImplementation resolved, ReadOnlySpan<byte> key) =>
        resolved == SrtpImplementation.Portable ? new PlatformCounter(key) : new AesNiCounter(key);

    internal static MessageAuthenticator CreateAuthenticator(SrtpImplementation resolved, ReadOnlySpan<byte> key) =>
        resolved == SrtpImplementation.Portable || !LibcryptoSha1.IsSupported ? new PlatformHmacSha1(key) : new LibcryptoHmacSha1(key);

    private static IEnumerable<SrtpImplementation> Find()
    {
        yield return SrtpImplementation.Portable;
        if (!AesNiKey.IsSupported || !GhashLanes128.IsSupported)
            yield break;
        yield return SrtpImplementation.X86Vector128;
        if (GhashLanes256.IsSupported)
            yield return SrtpImplementation.X86Vector256;
        if (GhashLanes512.IsSupported)
            yield return SrtpImplementation.X86Vector512;
    }
}
