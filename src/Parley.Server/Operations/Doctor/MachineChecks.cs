// The doctor's look at this machine: directory, descriptors, clock, ports, web app.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.AspNetCore.Http;
using Parley.Server.Composition;
using Parley.Server.Composition.Configuration;
using Parley.Server.Features.Auth;

namespace Parley.Server.Operations.Doctor;

internal static class MachineChecks
{
    private const ulong ComfortableDescriptors = 8192;

    public static IEnumerable<Finding> DataDirectory(ParleyOptions options)
    {
        const string subject = "data directory";
        var path = options.DataDirectory;
        var exists = Directory.Exists(path);
        var nearest = new DirectoryInfo(path);
        while (!nearest.Exists && nearest.Parent is { } parent)
            nearest = parent;
        Finding? unwritable = null;
        try
        {
            var probe = Path.Combine(nearest.FullName, $".doctor-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            unwritable = Finding.Fail(subject, $"{path} cannot be {(exists ? "written to" : "made")}: {exception.Message}", "chown the directory to the user that runs Parley, or choose another with --data-dir.");
        }

        if (unwritable is not null)
        {
            yield return unwritable;
            yield break;
        }

        if (!exists)
        {
            yield return Finding.Ok(subject, $"{path} does not exist yet; the first start makes it");
            yield break;
        }

        if (OperatingSystem.IsWindows())
        {
            yield return Finding.Ok(subject, path);
            yield break;
        }

        foreach (var finding in Rights(path))
            yield return finding;
    }

    [UnsupportedOSPlatform("windows")]
    private static IEnumerable<Finding> Rights(string path)
    {
        const string subject = "data directory";
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        var open = new List<string>();
        foreach (var name in new[] { SigningKeys.FileName, Tls.SelfSignedCertificate.FileName })
        {
            var file = Path.Combine(path, name);
            if (File.Exists(file) && (File.GetUnixFileMode(file) & ~owner) != UnixFileMode.None)
                open.Add(file);
        }

        foreach (var file in open)
        {
            yield return Finding.Fail(
                subject,
                $"{file} can be read by others, and with it every session can be forged.",
                $"chmod 600 {file}; if others were on this machine, delete it and restart: everybody signs in again.");
        }

        if ((File.GetUnixFileMode(path) & others) != UnixFileMode.None)
            yield return Finding.Warn(subject, $"{path} can be listed by others.", $"chmod 700 {path}");
        else if (open.Count == 0)
            yield return Finding.Ok(subject, $"{path}, for its owner alone");
    }

    public static Finding Descriptors()
    {
        const string subject = "descriptors";
        var limit = DescriptorLimit.Raise();
        if (limit == 0)
            return Finding.Ok(subject, "this system does not tell its limit");
        var text = string.Create(CultureInfo.InvariantCulture, $"{limit} open files, so at most {DescriptorLimit.SafeConnections()} connections at once");
        return limit >= ComfortableDescriptors
            ? Finding.Ok(subject, text)
            : Finding.Warn(subject, text, "Raise it: ulimit -Hn 65536 in the shell, LimitNOFILE=65536 in the systemd unit, nofile in Docker.");
    }

    public static Finding Clock(ParleyOptions options, TimeProvider clock)
    {
        const string subject = "clock";
        const string remedy = "Set the clock and keep it right: timedatectl set-ntp true. Tokens and TURN credentials depend on it.";
        var now = clock.GetUtcNow();
        DateTimeOffset built = new(File.GetLastWriteTimeUtc(typeof(MachineChecks).Assembly.Location), TimeSpan.Zero);
        if (now < built.AddDays(-1))
            return Finding.Fail(subject, $"it is {now:u}, before this program was built ({built:u})", remedy);
        var keys = Path.Combine(options.DataDirectory, SigningKeys.FileName);
        if (File.Exists(keys) && new DateTimeOffset(File.GetLastWriteTimeUtc(keys), TimeSpan.Zero) is var written && now < written.AddMinutes(-5))
            return Finding.Fail(subject, $"it is {now:u}, before the last start of this server ({written:u})", remedy);
        return Finding.Ok(subject, $"{now:u}");
    }

    public static Finding WebApp(ParleyOptions options) => options.Http.WebRoot is { } root
        ? Finding.Ok("web app", root)
        : Finding.Warn("web app", "it is not built, so only the API is served", "npm --prefix web ci && npm --prefix web run build");

    public static IEnumerable<Finding> Ports(IConfiguration configuration)
    {
        foreach (var (address, port) in Endpoints(configuration))
        {
            var subject = string.Create(CultureInfo.InvariantCulture, $"port {port}");
            yield return TryBind(address, port) switch
            {
                null => Finding.Ok(subject, $"free on {address}"),
                { SocketErrorCode: SocketError.AddressAlreadyInUse } => Finding.Warn(
                    subject,
                    $"taken on {address}: a running Parley, or another program",
                    "If it is not Parley, end it or choose another port with --urls."),
                { SocketErrorCode: SocketError.AccessDenied } => Finding.Fail(
                    subject,
                    "this user may not listen below 1024",
                    "Use a higher port behind a reverse proxy, or AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit."),
                var exception => Finding.Fail(subject, $"{address}: {exception.Message}", "Choose an address of this machine with --urls."),
            };
        }
    }

    /// <summary>The media server's port.</summary>
    public static Finding MediaPort(MediaOptions media)
    {
        if (!media.Enabled)
            return Finding.Ok("media", "switched off");
        if (!OperatingSystem.IsLinux())
            return Finding.Warn("media", "this system is not Linux, so there is no media server", "Run Parley on Linux, or set Parley:Media:Enabled=false.");
        if (media.Port == 0)
            return Finding.Warn("media", "the port is another one at each start, so no firewall can let it through", "Choose one with Parley:Media:Port.");
        var subject = string.Create(CultureInfo.InvariantCulture, $"media port {media.Port}");
        return Server.Media.MediaPort.FindObstacle(media) switch
        {
            null => Finding.Ok(subject, media.Tcp ? "free, of UDP and of TCP" : "free, of UDP"),
            { IsTaken: true } taken => Finding.Warn(
                subject,
                $"taken on {taken.Address} ({taken.Protocol.ToString().ToUpperInvariant()}): a running Parley, or another program",
                "If it is not Parley, end it or choose another port with Parley:Media:Port."),
            var other => Finding.Fail(subject, $"{other.Address}: {other.Reason.Message}", "Choose addresses of this machine with Parley:Media:BindAddresses."),
        };
    }

    private static IEnumerable<(IPAddress Address, int Port)> Endpoints(IConfiguration configuration)
    {
        if (!WebServer.SaysWhereToListen(configuration))
        {
            yield return (IPAddress.Loopback, WebServer.HttpPort);
            yield return (IPAddress.Any, WebServer.HttpsPort);
            yield break;
        }

        var bad = WebServer.BadUrls(configuration).ToList();
        foreach (var url in (configuration["urls"] ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Except(bad, StringComparer.Ordinal))
        {
            var address = BindingAddress.Parse(url);
            if (address.Port != 0 && !address.IsUnixPipe && !address.IsNamedPipe)
                yield return (address.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip : IPAddress.Any, address.Port);
        }
    }

    private static SocketException? TryBind(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Connections of an earlier run that linger do not keep the server from listening, so they must not here either.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return null;
        }
        catch (SocketException exception)
        {
            return exception;
        }
    }
}
