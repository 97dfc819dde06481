// The certificate of HTTPS: the one the user names, read again when its file changes, or a self-signed one kept in the data directory.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Server.Composition;
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Operations.Tls;

/// <summary>Holds the certificate that new connections get.</summary>
internal sealed class ServerCertificate(ParleyOptions options, DataDirectory directory, TimeProvider clock, ILogger<ServerCertificate> logger) : IDisposable
{
    private readonly Lock _gate = new();
    private X509Certificate2? _current; // owned; replaced ones are left to their running handshakes
    private DateTime _stamp;
    private long _checkedAt;

    /// <summary>True when browsers will warn.</summary>
    public bool IsSelfSigned => options.Https.CertificatePath is null;

    /// <summary>The certificate for a new connection.</summary>
    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                if (_current is null)
                    Load();
                else
                    ReloadIfDue();
                return _current!;
            }
        }
    }

    public void Dispose() => _current?.Dispose();

    private void Load()
    {
        _checkedAt = clock.GetTimestamp();
        try
        {
            _stamp = Stamp();
            _current = options.Https.CertificatePath is null ? SelfSignedCertificate.LoadOrCreate(directory, clock) : CertificateFile.Read(options.Https);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            var what = options.Https.CertificatePath ?? directory.PathOf(SelfSignedCertificate.FileName);
            throw new StartupException($"the certificate {what} cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>Looks at the file at most every ten seconds; a file that cannot be used leaves the old certificate in force.</summary>
    private void ReloadIfDue()
    {
        if (clock.GetElapsedTime(_checkedAt) < TimeSpan.FromSeconds(10))
            return;
        _checkedAt = clock.GetTimestamp();
        try
        {
            var stamp = Stamp();
            var isStale = IsSelfSigned ? SelfSignedCertificate.IsStale(_current!, clock) : stamp != _stamp;
            if (!isStale)
                return;
            var next = IsSelfSigned ? SelfSignedCertificate.LoadOrCreate(directory, clock) : CertificateFile.Read(options.Https);
            _stamp = stamp;
            _current = next;
            logger.CertificateReplaced(next.NotAfter);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            logger.CertificateUnusable(exception.Message);
        }
    }

    private DateTime Stamp()
    {
        var https = options.Https;
        if (https.CertificatePath is null)
            return default;
        var certificate = File.GetLastWriteTimeUtc(https.CertificatePath);
        var key = https.CertificateKeyPath is null ? default : File.GetLastWriteTimeUtc(https.CertificateKeyPath);
        return certificate > key ? certificate : key;
    }
}

/// <summary>Log messages of certificates: event ids 1100 to 1149.</summary>
internal static partial class CertificateLog
{
    [LoggerMessage(1100, LogLevel.Information, "New connections get a new certificate, good until {NotAfter:u}")]
    public static partial void CertificateReplaced(this ILogger logger, DateTime notAfter);

    [LoggerMessage(1101, LogLevel.Error, "The changed certificate cannot be used, the one before stays in force: {Reason}")]
    public static partial void CertificateUnusable(this ILogger logger, string reason);
}
