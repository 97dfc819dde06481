// The SRTP protection profiles that DTLS may choose. RFC 5764 §4.1.2, RFC 7714 §14.2.
namespace Parley.Media.Srtp;

/// <summary>An SRTP protection profile; the value is its number in <c>use_srtp</c>.</summary>
public enum SrtpProfile : ushort
{
    /// <summary>AES in counter mode with a 10-byte HMAC-SHA1 tag.</summary>
    Aes128CmHmacSha1Tag80 = 0x0001,

    /// <summary>AES-128 in Galois counter mode with a 16-byte tag.</summary>
    AeadAes128Gcm = 0x0007,

    /// <summary>AES-256 in Galois counter mode with a 16-byte tag.</summary>
    AeadAes256Gcm = 0x0008,
}

/// <summary>Key and salt lengths of the profiles.</summary>
public static class SrtpProfiles
{
    /// <summary>Bytes of a master key: 16 or 32.</summary>
    public static int KeyLength(this SrtpProfile profile) => profile == SrtpProfile.AeadAes256Gcm ? 32 : 16;

    /// <summary>Bytes of a master salt: 14 or 12.</summary>
    public static int SaltLength(this SrtpProfile profile) => profile == SrtpProfile.Aes128CmHmacSha1Tag80 ? 14 : 12;

    /// <summary>Bytes that <c>EXTRACTOR-dtls_srtp</c> is asked for: both keys, then both salts; 60, 56 or 88.</summary>
    public static int ExportedLength(this SrtpProfile profile) => 2 * (profile.KeyLength() + profile.SaltLength());
}
