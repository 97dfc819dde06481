// What the engine tells beside datagrams. Rare, so plain objects.
namespace Parley.Media.Engine;

/// <summary>Something that happened.</summary>
public abstract record MediaEvent(PeerId Peer);

/// <summary>A path of the peer was authenticated by STUN. <paramref name="Path"/> names it in <see cref="IMediaSink.Reserve"/> from now on.</summary>
public sealed record PathOpened(PeerId Peer, int Path, PathKey Key) : MediaEvent(Peer);

/// <summary>The peer's media goes over this path from now on.</summary>
public sealed record PathSelected(PeerId Peer, int Path) : MediaEvent(Peer);

/// <summary>The path is gone; its number may be given again.</summary>
public sealed record PathClosed(PeerId Peer, int Path) : MediaEvent(Peer);

/// <summary>The first media of a track has arrived.</summary>
public sealed record TrackStarted(PeerId Peer, string Mid) : MediaEvent(Peer);

/// <summary>The peer is the active speaker of a <see cref="Forwarding.SpeakerWatch"/> from now on, by its sound track of this mid.</summary>
public sealed record SpeakerChanged(PeerId Peer, string Mid) : MediaEvent(Peer);

/// <summary>A subscription waits for a keyframe that its publisher does not send, though it sends other frames. Told once for each subscription.</summary>
/// <param name="Peer">Who waits.</param>
/// <param name="Mid">The subscription's section.</param>
/// <param name="Publisher">Who was asked, in its own engine; 0 when that is another node's.</param>
/// <param name="Track">The mid of the publisher's track.</param>
/// <param name="Rid">The simulcast layer; null where there is one.</param>
/// <param name="WaitedUs">How long, in microseconds.</param>
/// <param name="Requests">How often the publisher was asked meanwhile (PLI or FIR).</param>
public sealed record KeyframeMissing(PeerId Peer, string Mid, PeerId Publisher, string Track, string? Rid, long WaitedUs, int Requests) : MediaEvent(Peer);

/// <summary>
/// A fault of ours has ended a relay or a tap of a track of the peer. The number is 0 for a track that itself came over a relay, and where a link could not send off what it had: the link goes on.
/// </summary>
public sealed record CopyFailed(PeerId Peer, Exception Fault) : MediaEvent(Peer);

/// <summary>The peer is gone, and why; with the exception when a fault of ours ended it.</summary>
public sealed record PeerEnded(PeerId Peer, PeerEndReason Reason, Exception? Fault = null) : MediaEvent(Peer);

/// <summary>Why a peer ended.</summary>
public enum PeerEndReason
{
    /// <summary>We closed it.</summary>
    Closed,

    /// <summary>It never sent a valid connectivity check.</summary>
    NoConnectivity,

    /// <summary>It sent valid connectivity checks, and nominated no path in time.</summary>
    NotNominated,

    /// <summary>It was connected, and was silent for longer than consent lasts (RFC 7675).</summary>
    ConsentExpired,

    /// <summary>Its connectivity checks came, and nothing of DTLS.</summary>
    HandshakeSilent,

    /// <summary>The DTLS handshake began, and was not finished in time.</summary>
    HandshakeTimedOut,

    /// <summary>It broke the DTLS association off by a fatal alert.</summary>
    HandshakeRefused,

    /// <summary>It shows no certificate in the DTLS handshake.</summary>
    NoCertificate,

    /// <summary>It takes none of our SRTP profiles.</summary>
    NoSrtpProfile,

    /// <summary>The DTLS handshake failed in another way: no common version or cipher, broken messages.</summary>
    HandshakeFailed,

    /// <summary>The certificate has not the fingerprint that was signaled.</summary>
    FingerprintMismatch,

    /// <summary>The peer said goodbye (DTLS close_notify).</summary>
    ClosedByPeer,

    /// <summary>A fault of ours ended it.</summary>
    Fault,
}
