// What became of a packet that arrived.
namespace Parley.Media.Srtp;

/// <summary>The outcome of unprotecting a packet. Everything but <see cref="Ok"/> means: drop it and count it.</summary>
public enum SrtpResult
{
    /// <summary>Authentic and new; the plaintext has been written.</summary>
    Ok,

    /// <summary>Too short to hold its header and its tag.</summary>
    TooShort,

    /// <summary>A packet with this index was accepted before.</summary>
    Replayed,

    /// <summary>Older than the replay window reaches back.</summary>
    TooOld,

    /// <summary>The tag does not match: forged, damaged, or from another key.</summary>
    NotAuthentic,

    /// <summary>SRTCP that says it is not encrypted; DTLS-SRTP cannot agree on that. RFC 3711 §3.4, RFC 5764 §4.1.2.</summary>
    NotEncrypted,

    /// <summary>Authentic SRTCP from one source more than replay windows are kept for.</summary>
    TooManySources,

    /// <summary>The key has protected as many packets as it may. RFC 3711 §9.2.</summary>
    KeyExhausted,
}
