// What all associations of a server have in common: certificate, versions, ciphers, SRTP profiles, and that the peer must show its certificate.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Parley.Media.Srtp;

namespace Parley.Media.Udp.Dtls;

/// <summary>Owns an SSL_CTX.</summary>
internal sealed unsafe class DtlsContext : SafeHandle
{
    public DtlsContext(DtlsCertificate certificate, IReadOnlyList<SrtpProfile> profiles)
        : base(0, ownsHandle: true)
    {
        OpenSsl.ERR_clear_error();
        SetHandle(OpenSsl.SSL_CTX_new(OpenSsl.DTLS_method()));
        Check(!IsInvalid);
        Check(OpenSsl.SSL_CTX_ctrl(handle, OpenSsl.ControlMinimumVersion, OpenSsl.VersionDtls12, 0) == 1);
        Check(OpenSsl.SSL_CTX_ctrl(handle, OpenSsl.ControlMaximumVersion, OpenSsl.VersionDtls12, 0) == 1);
        _ = OpenSsl.SSL_CTX_ctrl(handle, OpenSsl.ControlSessionCacheMode, 0, 0);
        _ = OpenSsl.SSL_CTX_ctrl(handle, OpenSsl.ControlMaxCertificateList, RecordSieve.LongestMessage, 0);
        _ = OpenSsl.SSL_CTX_set_options(handle, OpenSsl.NoQueryMtu | OpenSsl.NoTicket | OpenSsl.NoRenegotiation);
        Check(OpenSsl.SSL_CTX_set_cipher_list(handle, string.Join(':', CipherSuite.All.Select(static suite => suite.Name))) == 1);
        Check(OpenSsl.SSL_CTX_set_tlsext_use_srtp(handle, string.Join(':', profiles.Select(NameOf))) == 0);
        fixed (byte* der = certificate.Certificate)
            Check(OpenSsl.SSL_CTX_use_certificate_ASN1(handle, certificate.Certificate.Length, der) == 1);
        fixed (byte* der = certificate.PrivateKey)
            Check(OpenSsl.SSL_CTX_use_PrivateKey_ASN1(OpenSsl.KeyTypeEc, handle, der, certificate.PrivateKey.Length) == 1);
        OpenSsl.SSL_CTX_set_verify(handle, OpenSsl.VerifyPeerAndDemandCertificate, 0);
        OpenSsl.SSL_CTX_set_cert_verify_callback(handle, &Verify, 0);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        OpenSsl.SSL_CTX_free(handle);
        return true;
    }

    private static string NameOf(SrtpProfile profile) => profile switch
    {
        SrtpProfile.AeadAes128Gcm => "SRTP_AEAD_AES_128_GCM",
        SrtpProfile.AeadAes256Gcm => "SRTP_AEAD_AES_256_GCM",
        SrtpProfile.Aes128CmHmacSha1Tag80 => "SRTP_AES128_CM_SHA1_80",
        _ => throw new ArgumentOutOfRangeException(nameof(profile), profile, "There is no such profile."),
    };

    private static void Check(bool done)
    {
        if (!done)
            throw new InvalidOperationException($"OpenSSL: {OpenSsl.FirstError()}");
    }

    /// <summary>Stands in place of the chain check: the certificate is the right one when it has the fingerprint that was signaled (RFC 8122 §5).</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Verify(nint store, nint argument)
    {
        var ssl = OpenSsl.X509_STORE_CTX_get_ex_data(store, OpenSsl.SSL_get_ex_data_X509_STORE_CTX_idx());
        if (DtlsSession.Of(OpenSsl.SSL_get_ex_data(ssl, DtlsSession.ExtraDataIndex)).Accepts(Encoded(OpenSsl.X509_STORE_CTX_get0_cert(store))))
            return 1;
        OpenSsl.X509_STORE_CTX_set_error(store, OpenSsl.CertificateRejected);
        return 0;
    }

    private static byte[] Encoded(nint certificate)
    {
        var length = certificate == 0 ? 0 : OpenSsl.i2d_X509(certificate, null);
        if (length <= 0)
            return [];
        var der = new byte[length];
        fixed (byte* start = der)
        {
            var end = start;
            return OpenSsl.i2d_X509(certificate, &end) == length ? der : [];
        }
    }
}
