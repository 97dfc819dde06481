// Why a DTLS association did not come about, or broke: the word that a log line needs.
namespace Parley.Media.Udp.Dtls;

/// <summary>What ended an association before its time.</summary>
public enum DtlsFailure : byte
{
    /// <summary>Nothing of DTLS arrived from the peer before the handshake's time was up.</summary>
    Silent,

    /// <summary>The handshake began and was not finished in time.</summary>
    TimedOut,

    /// <summary>The peer's certificate is not the one whose fingerprint was signaled.</summary>
    Fingerprint,

    /// <summary>The peer has shown no certificate.</summary>
    NoCertificate,

    /// <summary>The peer takes none of our SRTP profiles, or does not know <c>use_srtp</c> at all.</summary>
    NoSrtpProfile,

    /// <summary>The peer has sent a fatal alert.</summary>
    Refused,

    /// <summary>What the peer has sent is no DTLS 1.2 handshake that we could go on with: no common cipher or version, broken messages.</summary>
    Protocol,

    /// <summary>A fault on our side; <see cref="DtlsHandshakes.LastFault"/> has it.</summary>
    Internal,
}
