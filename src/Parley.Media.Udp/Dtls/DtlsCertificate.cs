// The certificate that names this server to its peers. RFC 8827 §6.5: ECDSA P-256, known to the peer by its fingerprint in SDP alone.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Media.Dtls;

namespace Parley.Media.Udp.Dtls;

/// <summary>A self-signed certificate with its key. Made at start, kept in memory, shared by every handshake.</summary>
public sealed class DtlsCertificate
{
    // A peer's clock may be wrong by as much as this, and a server is restarted more often than this.
    private static readonly TimeSpan ClockError = TimeSpan.FromDays(2);
    private static readonly TimeSpan Validity = TimeSpan.FromDays(365);

    private readonly byte[] _certificate;
    private readonly byte[] _privateKey;

    private DtlsCertificate(byte[] certificate, byte[] privateKey)
    {
        _certificate = certificate;
        _privateKey = privateKey;
        Fingerprint = Fingerprint.Of(certificate);
    }

    /// <summary>What SDP says of the certificate (<c>a=fingerprint</c>).</summary>
    public Fingerprint Fingerprint { get; }

    /// <summary>The certificate in DER.</summary>
    internal ReadOnlySpan<byte> Certificate => _certificate;

    /// <summary>The private key in DER (RFC 5915).</summary>
    internal ReadOnlySpan<byte> PrivateKey => _privateKey;

    /// <summary>Makes a certificate with a new P-256 key, valid from two days ago for a year: no WebRTC peer looks at the dates.</summary>
    /// <param name="clock">Where the dates come from; the system's clock when null.</param>
    public static DtlsCertificate Create(TimeProvider? clock = null)
    {
        var now = (clock ?? TimeProvider.System).GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Parley", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(now - ClockError, now + Validity);
        return new DtlsCertificate(certificate.RawData, key.ExportECPrivateKey());
    }
}
