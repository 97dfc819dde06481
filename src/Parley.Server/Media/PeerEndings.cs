// Why the engine gave a peer up, in words that help whoever reads the log.
using Parley.Media.Engine;

namespace Parley.Server.Media;

internal static class PeerEndings
{
    public static string Explain(PeerEndReason reason) => reason switch
    {
        PeerEndReason.Closed => "it was closed",
        PeerEndReason.NoConnectivity => "no connectivity check of it arrived: is the media port reachable at the advertised addresses?",
        PeerEndReason.ConsentExpired => "it was silent for too long (network lost, or the client is gone without a word)",
        PeerEndReason.HandshakeFailed => "the DTLS handshake failed",
        PeerEndReason.FingerprintMismatch => "its certificate is not the one of its offer (a=fingerprint)",
        PeerEndReason.ClosedByPeer => "it said goodbye",
        PeerEndReason.Fault => "of a fault of this server",
        _ => reason.ToString(),
    };
}
