// What a profile does to a packet, once its index is known. RFC 3711 §3.1, §3.4; RFC 7714 §8, §9.
using System.Security.Cryptography;

namespace Parley.Media.Srtp;

/// <summary>One direction's session keys and the way they are used. Single-threaded; allocates nothing per packet.</summary>
internal abstract class SrtpTransform : IDisposable
{
    /// <summary>The fixed RTP header; what extends it is in the clear too.</summary>
    public const int RtpHeaderLength = 12;

    /// <summary>The part of an RTCP packet that stays in the clear: the first header and the sender's SSRC.</summary>
    public const int RtcpHeaderLength = 8;

    /// <summary>The encryption flag and the SRTCP index.</summary>
    public const int RtcpWordLength = 4;

    /// <summary>Set in the SRTCP word of an encrypted packet.</summary>
    public const uint EncryptedFlag = 0x80000000;

    /// <summary>Bytes of a tag.</summary>
    public abstract int TagLength { get; }

    /// <summary>Where the SRTCP word begins in a protected packet of that length: before the tag, or after it.</summary>
    public abstract int RtcpWordAt(int protectedLength);

    public abstract void ProtectRtp(Span<byte> packet, int headerLength, ReadOnlySpan<byte> payload, uint rolloverCounter);

    /// <summary>Writes nothing unless the packet is authentic.</summary>
    public abstract bool TryUnprotectRtp(ReadOnlySpan<byte> packet, int headerLength, uint rolloverCounter, Span<byte> payload);

    public abstract void ProtectRtcp(Span<byte> packet, int length, uint word);

    /// <summary>Writes nothing unless the packet is authentic.</summary>
    public abstract bool TryUnprotectRtcp(ReadOnlySpan<byte> packet, uint word, Span<byte> plain);

    public abstract void Dispose();

    public static SrtpTransform Create(SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, SrtpImplementation implementation)
    {
        if (!Enum.IsDefined(profile))
            throw new ArgumentOutOfRangeException(nameof(profile), profile, "This profile is not known.");
        if (masterKey.Length != profile.KeyLength())
            throw new ArgumentException($"{profile} has keys of {profile.KeyLength()} bytes, not {masterKey.Length}.", nameof(masterKey));
        if (masterSalt.Length != profile.SaltLength())
            throw new ArgumentException($"{profile} has salts of {profile.SaltLength()} bytes, not {masterSalt.Length}.", nameof(masterSalt));
        implementation = SrtpImplementations.Resolve(implementation);
        return profile == SrtpProfile.Aes128CmHmacSha1Tag80
            ? new CounterModeTransform(masterKey, masterSalt, implementation)
            : new AeadTransform(masterKey, masterSalt, implementation);
    }

    /// <summary>Hands a derived key to its user and overwrites it.</summary>
    protected static T WithKey<T>(
        ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, SrtpKeyLabel label, int length, SrtpImplementation implementation, KeyUser<T> use)
    {
        Span<byte> key = stackalloc byte[length];
        SrtpKeyDerivation.Derive(masterKey, masterSalt, label, key);
        var user = use(implementation, key);
        CryptographicOperations.ZeroMemory(key);
        return user;
    }

    protected delegate T KeyUser<out T>(SrtpImplementation implementation, ReadOnlySpan<byte> key);
}
