// Which instructions do the work. What a machine has is decided once, at start.
using Parley.Media.Srtp.Ciphers;

namespace Parley.Media.Srtp;

/// <summary>How packets are encrypted and authenticated. All give the same bytes; they differ in speed.</summary>
public enum SrtpImplementation
{
    /// <summary>The fastest that this machine has.</summary>
    Best,

    /// <summary>The platform's own cryptography, everywhere.</summary>
    Portable,
}

/// <summary>What this machine can do.</summary>
public static class SrtpImplementations
{
    /// <summary>The implementations that run here, slowest first; <see cref="SrtpImplementation.Best"/> stands for the last of them.</summary>
    public static IReadOnlyList<SrtpImplementation> Supported { get; } = [SrtpImplementation.Portable];

    internal static SrtpImplementation Resolve(SrtpImplementation implementation)
    {
        if (implementation == SrtpImplementation.Best)
            return Supported[^1];
        return Supported.Contains(implementation)
            ? implementation
            : throw new PlatformNotSupportedException($"This machine has no {implementation} instructions for SRTP.");
    }

    internal static GcmCipher CreateGcm(SrtpImplementation resolved, ReadOnlySpan<byte> key) => new PlatformGcm(key);

    internal static CounterCipher CreateCounter(SrtpImplementation resolved, ReadOnlySpan<byte> key) => new PlatformCounter(key);

    internal static MessageAuthenticator CreateAuthenticator(SrtpImplementation resolved, ReadOnlySpan<byte> key) => new PlatformHmacSha1(key);
}
