// What negotiation comes to: the transport, the tracks both ways, and the sections that were rejected.
using System.Collections.Immutable;
using Parley.Media.Dtls;
using Parley.Media.Ice;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp.Negotiation;

/// <summary>The state of a session after an offer and its answer. A track that is as it was before is the same instance.</summary>
public sealed record NegotiatedSession
{
    /// <summary>The one transport of the session; null when every section was rejected from the start.</summary>
    public NegotiatedTransport? Transport { get; init; }

    /// <summary>Tracks that the peer sends.</summary>
    public ImmutableArray<ReceivedTrack> Received { get; init; } = [];

    /// <summary>Tracks of ours that have a section.</summary>
    public ImmutableArray<SentTrack> Sent { get; init; } = [];

    /// <summary>Sections that were rejected.</summary>
    public ImmutableArray<RejectedSection> Rejected { get; init; } = [];
}

/// <summary>The transport as both descriptions make it.</summary>
public sealed record NegotiatedTransport
{
    /// <summary>Our ICE credentials.</summary>
    public required IceCredentials Local { get; init; }

    /// <summary>The peer's ICE credentials.</summary>
    public required IceCredentials Remote { get; init; }

    /// <summary>The peer's candidates so far; those of names have no address.</summary>
    public ImmutableArray<IceCandidate> RemoteCandidates { get; init; } = [];

    /// <summary>True when the peer said that there will be no more.</summary>
    public bool RemoteCandidatesComplete { get; init; }

    /// <summary>The fingerprints of the peer's certificates, at most 8, as they were signaled; those of hashes that are not taken are left out.</summary>
    public required ImmutableArray<Fingerprint> Fingerprints { get; init; }

    /// <summary>Those of the strongest hash: the peer's certificate has to match one of them (RFC 8122 §5). Several are of several certificates, of which the peer chooses one later.</summary>
    public ImmutableArray<Fingerprint> StrongestFingerprints
    {
        get
        {
            var most = Fingerprints.Max(static fingerprint => fingerprint.Strength);
            return [.. Fingerprints.Where(fingerprint => fingerprint.Strength == most)];
        }
    }

    /// <summary>Our part in the DTLS handshake.</summary>
    public required DtlsRole Role { get; init; }

    /// <summary>True when the last exchange restarted ICE: new credentials, the same DTLS association.</summary>
    public bool IceRestarted { get; init; }

    /// <summary>Header extensions of all sections together: with BUNDLE an id means the same in each (RFC 9143 §9.2).</summary>
    public HeaderExtensionMap Extensions { get; init; } = HeaderExtensionMap.Empty;

    /// <summary>True when one-byte and two-byte headers may be mixed in a stream (RFC 8285 §4.1.2).</summary>
    public bool MixedExtensions { get; init; }

    internal string? RemoteTlsId { get; init; }
}

/// <summary>A track that the peer sends.</summary>
/// <param name="Parameters">What the engine needs of it.</param>
/// <param name="Msid">The peer's names for its stream and track.</param>
/// <param name="SlotId">The slot of ours that it is sent on; null for a section that the peer offered.</param>
public sealed record ReceivedTrack(ReceiveParameters Parameters, StreamIdentification? Msid, string? SlotId);

/// <summary>A track of ours that has a section.</summary>
/// <param name="Track">The track.</param>
/// <param name="Parameters">What the engine needs of it.</param>
/// <param name="IsActive">False while the peer does not want it; its SSRCs stay.</param>
public sealed record SentTrack(OutgoingTrack Track, SendParameters Parameters, bool IsActive);

/// <summary>A section that was rejected.</summary>
/// <param name="Index">Its place among the sections, from 0.</param>
/// <param name="Mid">Its identification.</param>
/// <param name="Reason">Why.</param>
public sealed record RejectedSection(int Index, string? Mid, SectionRejection Reason);
