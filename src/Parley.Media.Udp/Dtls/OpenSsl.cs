// OpenSSL 3 as far as DTLS needs it. Macros of its headers are control numbers here.
using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace Parley.Media.Udp.Dtls;

internal static unsafe partial class OpenSsl
{
    internal const int VersionDtls12 = 0xFEFD;
    internal const int KeyTypeEc = 408;

    internal const ulong NoQueryMtu = 1UL << 12;
    internal const ulong NoTicket = 1UL << 14;
    internal const ulong NoRenegotiation = 1UL << 30;
    internal const int VerifyPeerAndDemandCertificate = 3;

    internal const int ControlSetMtu = 17;
    internal const int ControlSessionCacheMode = 44;
    internal const int ControlMaxCertificateList = 51;
    internal const int ControlDtlsGetTimeout = 73;
    internal const int ControlDtlsHandleTimeout = 74;
    internal const int ControlMinimumVersion = 123;
    internal const int ControlMaximumVersion = 124;

    internal const int ErrorWantRead = 2;
    internal const int ErrorWantWrite = 3;
    internal const int ErrorZeroReturn = 6;

    internal const int ReasonNoCertificate = 199;
    internal const int ReasonReadTimeoutExpired = 312;
    internal const int ReasonAlert = 1000;
    internal const int ReasonMask = 0x7FFFFF;
    internal const int CertificateRejected = 28;

    internal const int BioSourceSink = 0x0400;
    internal const int BioFlush = 11;
    internal const int BioRetryRead = 0x01 | 0x08;

    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    [LibraryImport(Ssl)]
    internal static partial nint DTLS_method();

    [LibraryImport(Ssl)]
    internal static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Ssl)]
    internal static partial void SSL_CTX_free(nint context);

    [LibraryImport(Ssl)]
    internal static partial nint SSL_CTX_ctrl(nint context, int command, nint argument, nint pointer);

    [LibraryImport(Ssl)]
    internal static partial ulong SSL_CTX_set_options(nint context, ulong options);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_set_cipher_list(nint context, string ciphers);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SSL_CTX_set_tlsext_use_srtp(nint context, string profiles);

    [LibraryImport(Ssl)]
    internal static partial int SSL_CTX_use_certificate_ASN1(nint context, int length, byte* certificate);

    [LibraryImport(Ssl)]
    internal static partial int SSL_CTX_use_PrivateKey_ASN1(int type, nint context, byte* key, nint length);

    [LibraryImport(Ssl)]
    internal static partial void SSL_CTX_set_verify(nint context, int mode, nint callback);

    [LibraryImport(Ssl)]
    internal static partial void SSL_CTX_set_cert_verify_callback(nint context, delegate* unmanaged[Cdecl]<nint, nint, int> callback, nint argument);

    [LibraryImport(Ssl)]
    internal static partial nint SSL_new(nint context);

    [LibraryImport(Ssl)]
    internal static partial void SSL_free(nint ssl);

    [LibraryImport(Ssl)]
    internal static partial void SSL_set_bio(nint ssl, nint read, nint write);

    [LibraryImport(Ssl)]
    internal static partial nint SSL_ctrl(nint ssl, int command, nint argument, nint pointer);

    [LibraryImport(Ssl)]
    internal static partial int SSL_set_ex_data(nint ssl, int index, nint data);

    [LibraryImport(Ssl)]
    internal static partial nint SSL_get_ex_data(nint ssl, int index);

    [LibraryImport(Ssl)]
    internal static partial int SSL_get_ex_data_X509_STORE_CTX_idx();

    [LibraryImport(Ssl)]
    internal static partial void DTLS_set_timer_cb(nint ssl, delegate* unmanaged[Cdecl]<nint, uint, uint> callback);

    [LibraryImport(Ssl)]
    internal static partial void SSL_set_accept_state(nint ssl);

    [LibraryImport(Ssl)]
    internal static partial void SSL_set_connect_state(nint ssl);

    [LibraryImport(Ssl)]
    internal static partial int SSL_do_handshake(nint ssl);

    [LibraryImport(Ssl)]
    internal static partial int SSL_read(nint ssl, byte* buffer, int length);

    [LibraryImport(Ssl)]
    internal static partial int SSL_write(nint ssl, byte* buffer, int length);

    [LibraryImport(Ssl)]
    internal static partial int SSL_shutdown(nint ssl);

    [LibraryImport(Ssl)]
    internal static partial int SSL_get_error(nint ssl, int result);

    [LibraryImport(Ssl)]
    internal static partial byte* SSL_state_string(nint ssl);

    [LibraryImport(Ssl)]
    internal static partial nint SSL_get_selected_srtp_profile(nint ssl);

    [LibraryImport(Ssl)]
    internal static partial int SSL_export_keying_material(nint ssl, byte* output, nuint length, byte* label, nuint labelLength, byte* context, nuint contextLength, int useContext);

    [LibraryImport(Ssl)]
    internal static partial nint SSL_get_session(nint ssl);

    [LibraryImport(Ssl)]
    internal static partial nuint SSL_SESSION_get_master_key(nint session, byte* output, nuint length);

    [LibraryImport(Ssl)]
    internal static partial nuint SSL_get_client_random(nint ssl, byte* output, nuint length);

    [LibraryImport(Ssl)]
    internal static partial nuint SSL_get_server_random(nint ssl, byte* output, nuint length);

    [LibraryImport(Ssl)]
    internal static partial nint SSL_get_current_cipher(nint ssl);

    [LibraryImport(Ssl)]
    internal static partial ushort SSL_CIPHER_get_protocol_id(nint cipher);

    [LibraryImport(Crypto)]
    internal static partial nint X509_STORE_CTX_get_ex_data(nint store, int index);

    [LibraryImport(Crypto)]
    internal static partial nint X509_STORE_CTX_get0_cert(nint store);

    [LibraryImport(Crypto)]
    internal static partial void X509_STORE_CTX_set_error(nint store, int error);

    [LibraryImport(Crypto)]
    internal static partial int i2d_X509(nint certificate, byte** output);

    [LibraryImport(Crypto)]
    internal static partial int BIO_get_new_index();

    [LibraryImport(Crypto, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint BIO_meth_new(int type, string name);

    [LibraryImport(Crypto)]
    internal static partial int BIO_meth_set_read(nint method, delegate* unmanaged[Cdecl]<nint, byte*, int, int> callback);

    [LibraryImport(Crypto)]
    internal static partial int BIO_meth_set_write(nint method, delegate* unmanaged[Cdecl]<nint, byte*, int, int> callback);

    [LibraryImport(Crypto)]
    internal static partial int BIO_meth_set_ctrl(nint method, delegate* unmanaged[Cdecl]<nint, int, nint, nint, nint> callback);

    [LibraryImport(Crypto)]
    internal static partial nint BIO_new(nint method);

    [LibraryImport(Crypto)]
    internal static partial int BIO_free(nint bio);

    [LibraryImport(Crypto)]
    internal static partial void BIO_set_init(nint bio, int init);

    [LibraryImport(Crypto)]
    internal static partial void BIO_set_data(nint bio, nint data);

    [LibraryImport(Crypto)]
    internal static partial nint BIO_get_data(nint bio);

    [LibraryImport(Crypto)]
    internal static partial void BIO_set_flags(nint bio, int flags);

    [LibraryImport(Crypto)]
    internal static partial void BIO_clear_flags(nint bio, int flags);

    [LibraryImport(Crypto)]
    internal static partial void ERR_clear_error();

    [LibraryImport(Crypto)]
    internal static partial nuint ERR_peek_error();

    [LibraryImport(Crypto)]
    internal static partial void ERR_error_string_n(nuint error, byte* buffer, nuint length);

    /// <summary>OpenSSL's own words for what went wrong first since the errors of this thread were cleared.</summary>
    internal static string FirstError()
    {
        var text = stackalloc byte[256];
        ERR_error_string_n(ERR_peek_error(), text, 256);
        return Marshal.PtrToStringUTF8((nint)text) ?? "";
    }

    /// <summary>The same as the bare reason; 0 for nothing.</summary>
    internal static int FirstReason() => (int)(ERR_peek_error() & ReasonMask);
}
