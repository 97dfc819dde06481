// A certificate made by ourselves, so that a LAN has HTTPS, without which browsers give no camera. Kept, so that the warning is accepted once.
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Parley.Server.Operations.Tls;

internal static class SelfSignedCertificate
{
    public const string FileName = "self-signed.pem";

    /// <summary>Browsers refuse longer lives.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(397);

    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    /// <summary>The kept certificate, or a new one when there is none, it is about to end, or this machine has other names and addresses now.</summary>
    public static X509Certificate2 LoadOrCreate(DataDirectory directory, TimeProvider clock)
    {
        if (directory.TryRead(FileName) is { } pem)
        {
            try
            {
                var text = System.Text.Encoding.ASCII.GetString(pem);
                var kept = X509Certificate2.CreateFromPem(text, text);
                if (!IsStale(kept, clock))
                    return kept;
                kept.Dispose();
            }
            catch (CryptographicException)
            {
                // Unreadable: a new one is made in its place.
            }
        }

        return Create(directory, clock);
    }

    /// <summary>Whether a new one is due.</summary>
    public static bool IsStale(X509Certificate2 certificate, TimeProvider clock)
    {
        var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        if (alternatives is null || clock.GetUtcNow().UtcDateTime >= certificate.NotAfter.ToUniversalTime() - RenewBefore)
            return true;
        var names = alternatives.EnumerateDnsNames().ToHashSet(StringComparer.OrdinalIgnoreCase);
        var addresses = alternatives.EnumerateIPAddresses().ToHashSet();
        return !HostNames().All(names.Contains) || !LanAddresses().All(addresses.Contains);
    }

    /// <summary>The addresses by which others in the network reach this machine.</summary>
    public static IReadOnlyList<IPAddress> LanAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(static network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(static network => network.GetIPProperties().UnicastAddresses)
            .Select(static unicast => unicast.Address)
            .Where(static address => address.AddressFamily == AddressFamily.InterNetwork
                || (address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv6LinkLocal && !IsTemporary(address)))
            .Distinct(),
    ];

    private static IReadOnlyList<string> HostNames()
    {
        var host = Dns.GetHostName();
        return Uri.CheckHostName(host) == UriHostNameType.Dns && host != "localhost" ? ["localhost", host, $"{host}.local"] : ["localhost"];
    }

    /// <summary>Global IPv6 addresses change every day on many machines, and the certificate would with them.</summary>
    private static bool IsTemporary(IPAddress address) => !address.IsIPv6UniqueLocal;

    private static X509Certificate2 Create(DataDirectory directory, TimeProvider clock)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Parley self-signed", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in HostNames())
            alternatives.AddDnsName(name);
        foreach (var address in LanAddresses().Append(IPAddress.Loopback).Append(IPAddress.IPv6Loopback))
            alternatives.AddIpAddress(address);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)); // id-kp-serverAuth
        var now = clock.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddHours(-1), now + Lifetime);
        directory.WritePrivate(FileName, System.Text.Encoding.ASCII.GetBytes($"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n"));
        return certificate;
    }
}
