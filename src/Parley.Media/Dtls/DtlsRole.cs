// Who begins the DTLS handshake. RFC 5763 §5, RFC 8842.
namespace Parley.Media.Dtls;

/// <summary>Our part in the handshake.</summary>
public enum DtlsRole : byte
{
    /// <summary>We wait for the peer's ClientHello (<c>a=setup:passive</c>).</summary>
    Server,

    /// <summary>We send ours (<c>a=setup:active</c>).</summary>
    Client,
}
