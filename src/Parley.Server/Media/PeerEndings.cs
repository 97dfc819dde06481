// Why the engine gave a peer up, in words that help whoever reads the log.
using Parley.Media.Engine;

namespace Parley.Server.Media;

internal static class PeerEndings
{
    public static string Explain(PeerEndReason reason) => reason switch
    {
        PeerEndReason.Closed => "it was closed",
        PeerEndReason.NoConnectivity => "no connectivity check (STUN) of it arrived: is the media port reachable at the advertised addresses?",
        PeerEndReason.NotNominated => "its connectivity checks (STUN) arrived, but it chose no path: did our answers reach it?",
        PeerEndReason.ConsentExpired => "it was silent for too long (network lost, or the client is gone without a word)",
        PeerEndReason.HandshakeSilent => "its connectivity checks arrived, but no DTLS: does it take the active part (a=setup)?",
        PeerEndReason.HandshakeTimedOut => "the DTLS handshake began, but did not end in time: are packets of 1200 bytes lost on the way?",
        PeerEndReason.HandshakeRefused => "it broke DTLS off with an alert: does it expect the fingerprint of our answer?",
        PeerEndReason.NoCertificate => "it showed no certificate in the DTLS handshake",
        PeerEndReason.NoSrtpProfile => "it takes none of our SRTP profiles (AEAD_AES_128_GCM, AEAD_AES_256_GCM, AES128_CM_SHA1_80)",
        PeerEndReason.HandshakeFailed => "the DTLS handshake failed: it has no version or cipher in common with DTLS 1.2 as spoken here, or breaks the protocol",
        PeerEndReason.FingerprintMismatch => "its certificate is not the one of its offer (a=fingerprint)",
        PeerEndReason.ClosedByPeer => "it said goodbye (DTLS close_notify)",
        PeerEndReason.Fault => "of a fault of this server",
        _ => reason.ToString(),
    };
}
