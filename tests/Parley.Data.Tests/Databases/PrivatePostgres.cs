// A PostgreSQL cluster of a test's own, which may be killed.
using System.Diagnostics;

namespace Parley.Data.Tests;

/// <summary>A running server in a temporary directory, reached by a unix socket.</summary>
internal sealed class PrivatePostgres : IAsyncDisposable
{
    private readonly string _binaries;
    private readonly string _directory; // owned

    private PrivatePostgres(string binaries, string directory)
    {
        _binaries = binaries;
        _directory = directory;
    }

    public string ConnectionString => $"Host={_directory};Username=parley;Database=postgres";

    /// <summary>Makes and starts a cluster; skips the test when PostgreSQL's programs are absent.</summary>
    public static async Task<PrivatePostgres> StartNewAsync()
    {
        var binaries = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(static version => Path.Combine(version, "bin")).Where(static bin => File.Exists(Path.Combine(bin, "initdb"))).Order().LastOrDefault()
            : null;
        Assert.SkipWhen(binaries is null, "PostgreSQL's server programs are not installed.");
        var directory = Path.Combine("/tmp", $"parley-pg-{Guid.NewGuid():N}"[..22]);
        Directory.CreateDirectory(directory);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", "postgres:", directory);
        var cluster = new PrivatePostgres(binaries!, directory);
        await cluster.RunAsPostgresAsync("initdb", "-D", cluster.Data, "-U", "parley", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8");
        await cluster.StartAsync();
        return cluster;
    }

    public Task StartAsync() =>
        RunAsPostgresAsync(
            "pg_ctl", "start", "-w", "-D", Data, "-l", Path.Combine(_directory, "log"), "-o", $"-c listen_addresses='' -c unix_socket_directories='{_directory}'");

    /// <summary>Ends every server process at once, without a checkpoint: what a crash leaves.</summary>
    public Task KillAsync() => RunAsPostgresAsync("pg_ctl", "stop", "-D", Data, "-m", "immediate");

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await KillAsync();
        await RunAsync("rm", "-rf", _directory);
    }

    private string Data => Path.Combine(_directory, "data");

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private Task RunAsPostgresAsync(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess
            ? RunAsync("runuser", ["-u", "postgres", "--", Path.Combine(_binaries, program), .. arguments])
            : RunAsync(Path.Combine(_binaries, program), arguments);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // The server inherits these streams and outlives pg_ctl, so that they are not waited for but sent to nowhere.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments]) { WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
