// The doctor's look at what Parley depends on: database, certificate, TURN.
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Data;
using Parley.Server.Composition;
using Parley.Server.Composition.Configuration;
using Parley.Server.Operations.Tls;

namespace Parley.Server.Operations.Doctor;

internal static class DependencyChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<Finding> DatabaseAsync(ParleyOptions options, CancellationToken cancellation)
    {
        const string subject = "database";
        var where = options.ConnectionString is null ? "SQLite in the data directory" : "PostgreSQL";
        if (options.ConnectionString is null && !File.Exists(Path.Combine(options.DataDirectory, "parley.db")))
            return Finding.Ok(subject, $"{where}; the first start makes it");
        try
        {
            await using var database = Storage.Open(options);
            var steps = await new Migrator(database).StatusAsync(cancellation);
            var pending = steps.Count(static step => step.State == MigrationState.Pending);
            if (steps.FirstOrDefault(static step => step.State is MigrationState.Changed or MigrationState.Unknown) is { } odd)
                return Finding.Fail(subject, $"{where}: step {odd.Version:D4}_{odd.Name} is not one of this program ({odd.State})", "Run the newer program, or restore the backup made before it.");
            return pending == 0
                ? Finding.Ok(subject, string.Create(CultureInfo.InvariantCulture, $"{where}, reachable, schema {steps.Count}"))
                : Finding.Warn(subject, string.Create(CultureInfo.InvariantCulture, $"{where}: {pending} steps of the schema are missing"), "The next start applies them, or: parley migrate up");
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or StartupException)
        {
            return Finding.Fail(subject, $"{where}: {exception.Message}", options.ConnectionString is null
                ? "Look at free space and rights of the data directory."
                : "Look at Parley:Database:ConnectionString, and whether PostgreSQL runs and lets this user in.");
        }
    }

    public static Finding Certificate(ParleyOptions options, TimeProvider clock)
    {
        const string subject = "certificate";
        if (options.Https.CertificatePath is not { } path)
            return Finding.Ok(subject, "self-signed, made at the first start; browsers warn once");
        try
        {
            using var certificate = CertificateFile.Read(options.Https);
            var left = certificate.NotAfter.ToUniversalTime() - clock.GetUtcNow().UtcDateTime;
            if (!certificate.HasPrivateKey)
                return Finding.Fail(subject, $"{path} has no private key", "Name it with Parley:Https:CertificateKeyPath.");
            if (left <= TimeSpan.Zero)
                return Finding.Fail(subject, $"{path} ended on {certificate.NotAfter:u}", "Renew it; a running server takes the new file by itself.");
            return left < TimeSpan.FromDays(14)
                ? Finding.Warn(subject, $"{path} ends on {certificate.NotAfter:u}", "Renew it; a running server takes the new file by itself.")
                : Finding.Ok(subject, $"{certificate.GetNameInfo(X509NameType.DnsName, false)} until {certificate.NotAfter:yyyy-MM-dd}");
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return Finding.Fail(subject, $"{path}: {exception.Message}", "The certificate and its key must fit together and be readable by the user that runs Parley.");
        }
    }

    public static async Task<IReadOnlyList<Finding>> TurnAsync(ParleyOptions options, CancellationToken cancellation)
    {
        var urls = options.Ice.TurnUrls.Concat(options.Ice.Servers.SelectMany(static server => server.Urls)).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (urls.Count == 0)
            return [Finding.Warn("TURN", "none is configured: people behind strict firewalls will not connect", "Set Parley:Ice:TurnUrls and Parley:Ice:TurnSecret (docs/operations/configuration.md).")];
        return await Task.WhenAll(urls.Select(url => ProbeAsync(url, cancellation)));
    }

    private static async Task<Finding> ProbeAsync(string url, CancellationToken cancellation)
    {
        if (!IceUrl.TryParse(url, out var parsed))
            return Finding.Fail(url, "this is no ICE URL", "Write turn:host:port?transport=udp, turns:host:port or stun:host:port.");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        try
        {
            if (parsed.IsTcp)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(parsed.Host, parsed.Port, deadline.Token);
                return Finding.Ok(url, "reachable over TCP");
            }

            return await StunProbe.AnswersAsync(parsed.Host, parsed.Port, deadline.Token)
                ? Finding.Ok(url, "answers over UDP")
                : Finding.Fail(url, "something answers over UDP that is not STUN", "Look at the host and port.");
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            var reason = exception is SocketException ? exception.Message : $"no answer within {Patience.TotalSeconds:0} s";
            return Finding.Fail(url, reason, "Look at the TURN server's log, its firewall, and the port (3478 by default).");
        }
    }
}
