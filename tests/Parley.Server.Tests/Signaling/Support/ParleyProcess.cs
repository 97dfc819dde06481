// The real program in a process of its own, so that it can be killed as the kernel kills.
using System.Diagnostics;
using System.Globalization;
using Parley.Browser.Tests.Harness;
using Parley.Server.Composition;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Signaling.Support;

/// <summary>A child process that serves on a port and a data directory which outlive it.</summary>
internal sealed class ParleyProcess : IAsyncDisposable
{
    /// <summary>How long the program may drain: its default, Parley:Http:DrainTimeoutSeconds.</summary>
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(1);

    private readonly string _dataDirectory = Path.Combine(Path.GetTempPath(), $"parley-process-{Guid.NewGuid():N}");
    private readonly TestPostgres? _postgres; // owned
    private readonly string[] _settings;
    private Process? _process;

    private ParleyProcess(int port, TestPostgres? postgres, string[] settings)
    {
        _settings = settings;
        Address = new Uri($"http://127.0.0.1:{port}");
        _postgres = postgres;
    }

    public Uri Address { get; }

    public Uri WebSocketAddress => new($"ws://{Address.Authority}/ws");

    /// <summary>Starts the program; skips the test when its database is not available here.</summary>
    /// <param name="database">What it stores in.</param>
    /// <param name="settings">More of the command line, as <c>--Key=value</c>.</param>
    public static async Task<ParleyProcess> StartAsync(TestDatabase database = TestDatabase.Sqlite, params string[] settings)
    {
        var program = new ParleyProcess(FreePorts.Next(), database == TestDatabase.Postgres ? await TestPostgres.CreateAsync() : null, settings);
        await program.StartAgainAsync();
        return program;
    }

    /// <summary>Starts the program over what it left behind, and waits until it is ready.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            ArgumentList =
            {
                typeof(ParleyServer).Assembly.Location,
                string.Create(CultureInfo.InvariantCulture, $"--urls={Address.GetLeftPart(UriPartial.Authority)}"),
                $"--Parley:DataDirectory={_dataDirectory}",
                "--Parley:RateLimiting:Enabled=false",
                "--Parley:Media:Port=0",
                "--Parley:Media:BindAddresses=127.0.0.1",
                "--Logging:LogLevel:Default=Warning",
            },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (_postgres is not null)
            start.ArgumentList.Add($"--Parley:Database:ConnectionString={_postgres.ConnectionString}");
        foreach (var setting in _settings)
            start.ArgumentList.Add(setting);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var http = new HttpClient { BaseAddress = Address };
        await Eventually.TrueAsync(StartedAsync, StartPatience);

        async Task<bool> StartedAsync()
        {
            Assert.False(_process.HasExited, "The program ended instead of starting.");
            try
            {
                using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
                return ready.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    /// <summary>SIGKILL: nothing is flushed, nobody is told.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>SIGTERM, as a service manager sends it.</summary>
    /// <returns>The exit code, when the process has ended by itself within the time that draining may take and as much again for a busy machine.</returns>
    public async Task<int> TerminateAsync()
    {
        await SignalTerminationAsync();
        return await ExitAsync();
    }

    /// <summary>Only sends SIGTERM; <see cref="ExitAsync"/> waits for what comes of it.</summary>
    public async Task SignalTerminationAsync()
    {
        using var signal = Process.Start("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -TERM {_process!.Id}")]);
        await signal.WaitForExitAsync();
    }

    /// <summary>The second half of <see cref="TerminateAsync"/>.</summary>
    public async Task<int> ExitAsync()
    {
        await _process!.WaitForExitAsync().WaitAsync(2 * DrainTimeout);
        var code = _process.ExitCode;
        _process.Dispose();
        _process = null;
        return code;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await KillAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        if (Directory.Exists(_dataDirectory))
            Directory.Delete(_dataDirectory, recursive: true);
    }
}
