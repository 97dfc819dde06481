// Why a description was not accepted; nothing has changed then.
namespace Parley.Media.Sdp.Negotiation;

/// <summary>Kinds of errors.</summary>
public enum NegotiationErrorCode
{
    /// <summary>An offer while ours is not answered yet (glare), or an answer to no offer.</summary>
    WrongState,

    /// <summary>Sections are missing, are of another kind, or have another identification than before.</summary>
    SectionsChanged,

    /// <summary>Two sections have the same identification.</summary>
    DuplicateMid,

    /// <summary>A section of an answer is not in the BUNDLE group.</summary>
    NotBundled,

    /// <summary>A section of an answer does not multiplex RTP and RTCP.</summary>
    NotMultiplexed,

    /// <summary>There is no ICE user name fragment or password.</summary>
    NoIceCredentials,

    /// <summary>Both ends are ICE-lite, so nobody would check connectivity.</summary>
    BothIceLite,

    /// <summary>There is no certificate fingerprint of a supported hash.</summary>
    NoFingerprint,

    /// <summary>The DTLS roles do not fit together, or changed.</summary>
    DtlsRole,

    /// <summary>Another certificate or tls-id than before, which would need a new DTLS association.</summary>
    NewDtlsAssociation,

    /// <summary>There is no transport yet that the fragment could be about.</summary>
    NoTransport,

    /// <summary>A fragment without credentials, or with ones that are not those of the peer.</summary>
    WrongIceCredentials,
}

/// <summary>An error of offer and answer.</summary>
/// <param name="Code">The kind.</param>
/// <param name="Message">A sentence for a log or for who wrote the description.</param>
public sealed record NegotiationError(NegotiationErrorCode Code, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Message;
}

/// <summary>Why a single section was rejected (port 0) while others go on.</summary>
public enum SectionRejection
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>The peer or we stopped it.</summary>
    Stopped,

    /// <summary>Neither audio nor video.</summary>
    UnknownMedia,

    /// <summary>The protocol is not RTP over DTLS.</summary>
    UnknownProtocol,

    /// <summary>No identification, or one longer than the 16 characters that fit into a header extension.</summary>
    NoMid,

    /// <summary>Outside of the BUNDLE group.</summary>
    NotBundled,

    /// <summary>Without <c>a=rtcp-mux</c>.</summary>
    NotMultiplexed,

    /// <summary>No codec in common.</summary>
    NoCommonCodec,
}
