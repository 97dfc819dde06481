// Reads a certificate with its private key from the files people have: PEM (one file or two) or PKCS #12.
using System.Security.Cryptography.X509Certificates;
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Operations.Tls;

internal static class CertificateFile
{
    /// <summary>Reads the configured certificate.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The content does not fit.</exception>
    public static X509Certificate2 Read(HttpsOptions https)
    {
        var path = https.CertificatePath!;
        var password = https.CertificatePassword;
        if (Path.GetExtension(path).ToLowerInvariant() is ".pfx" or ".p12")
            return X509CertificateLoader.LoadPkcs12FromFile(path, password);
        return password is null
            ? X509Certificate2.CreateFromPemFile(path, https.CertificateKeyPath)
            : X509Certificate2.CreateFromEncryptedPemFile(path, password, https.CertificateKeyPath);
    }
}
