using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Media.Udp.Dtls;

namespace Parley.Media.Udp.Tests.Dtls;

public sealed class DtlsCertificateTests
{
    [Fact]
    public void It_is_signed_by_its_own_P256_key()
    {
        var made = DtlsCertificate.Create();
        using var certificate = X509CertificateLoader.LoadCertificate(made.Certificate);
        using var key = certificate.GetECDsaPublicKey()!;
        Assert.Equal(256, key.KeySize);
        Assert.Equal(certificate.Subject, certificate.Issuer);

        using var own = ECDsa.Create();
        own.ImportECPrivateKey(made.PrivateKey, out _);
        var signature = own.SignData("parley"u8, HashAlgorithmName.SHA256);
        Assert.True(key.VerifyData("parley"u8, signature, HashAlgorithmName.SHA256));
    }

    [Fact]
    public void Its_fingerprint_matches_it_alone()
    {
        var (one, other) = (DtlsCertificate.Create(), DtlsCertificate.Create());
        Assert.True(one.Fingerprint.Matches(one.Certificate));
        Assert.False(one.Fingerprint.Matches(other.Certificate));
    }
}
