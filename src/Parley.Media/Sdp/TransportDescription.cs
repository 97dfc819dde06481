// What a description says of the transport: ICE and DTLS. RFC 8839 §5, RFC 8122, RFC 8842.
using System.Collections.Immutable;
using Parley.Media.Dtls;

namespace Parley.Media.Sdp;

/// <summary>Who begins the DTLS handshake, as the writer sees it (RFC 4145 §4, RFC 8842 §5).</summary>
public enum DtlsSetup : byte
{
    /// <summary>Not said.</summary>
    Unspecified,

    /// <summary>The writer can do both; only in offers.</summary>
    ActivePassive,

    /// <summary>The writer begins.</summary>
    Active,

    /// <summary>The writer waits.</summary>
    Passive,

    /// <summary>No connection for now.</summary>
    HoldConnection,
}

/// <summary>Attributes of a transport, of the session or of one section.</summary>
public sealed record TransportDescription
{
    /// <summary>Nothing said.</summary>
    public static readonly TransportDescription Empty = new();

    /// <summary><c>a=ice-ufrag</c>.</summary>
    public string? Ufrag { get; init; }

    /// <summary><c>a=ice-pwd</c>.</summary>
    public string? Password { get; init; }

    /// <summary><c>a=ice-options</c>, for example <c>trickle</c>.</summary>
    public ImmutableArray<string> IceOptions { get; init; } = [];

    /// <summary><c>a=fingerprint</c>; those of hashes that are not supported are left out.</summary>
    public ImmutableArray<Fingerprint> Fingerprints { get; init; } = [];

    /// <summary><c>a=setup</c>.</summary>
    public DtlsSetup Setup { get; init; }

    /// <summary><c>a=tls-id</c>: another one means another DTLS association.</summary>
    public string? TlsId { get; init; }

    /// <summary>These attributes, and those of the session where there is none of the section.</summary>
    public TransportDescription Over(TransportDescription session) => new()
    {
        Ufrag = Ufrag ?? session.Ufrag,
        Password = Password ?? session.Password,
        IceOptions = IceOptions.IsEmpty ? session.IceOptions : IceOptions,
        Fingerprints = Fingerprints.IsEmpty ? session.Fingerprints : Fingerprints,
        Setup = Setup == DtlsSetup.Unspecified ? session.Setup : Setup,
        TlsId = TlsId ?? session.TlsId,
    };
}
