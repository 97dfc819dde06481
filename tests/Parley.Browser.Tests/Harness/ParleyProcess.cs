// The real program, as a user starts it: its own data directory, a port that survives a restart, and every way to end it.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Parley.Browser.Tests.Harness;

/// <summary>A running <c>parley</c> with its own data directory. It can be killed and started again on the same port.</summary>
public sealed partial class ParleyProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly string _dataDirectory = Directory.CreateTempSubdirectory("parley-browser-").FullName;
    private readonly StringBuilder _log = new();
    private readonly string[] _arguments;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private Process? _process;

    private ParleyProcess(int port, string[] arguments)
    {
        Port = port;
        _arguments = arguments;
    }

    /// <summary>The port of <see cref="Origin"/>.</summary>
    public int Port { get; }

    /// <summary>Where the program is reached; a secure context for browsers because it is loopback.</summary>
    public string Origin => $"http://127.0.0.1:{Port}";

    /// <summary>What the program has written so far, over all its starts.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>When the port accepted its first connection after the latest start.</summary>
    public DateTimeOffset OpenedAt { get; private set; }

    /// <summary>Starts the program on a free port and waits until it is ready.</summary>
    public static async Task<ParleyProcess> StartAsync(params string[] arguments)
    {
        var parley = new ParleyProcess(FreePorts.Next(), arguments);
        try
        {
            await parley.StartAgainAsync();
            return parley;
        }
        catch
        {
            await parley.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the same port and data; returns when it says that it is ready.</summary>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo(Repository.ParleyProgram)
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["--urls", Origin, "--data-dir", _dataDirectory, "--Parley:Media:Port=0", "--Parley:Media:BindAddresses=127.0.0.1", .. _arguments])
            start.ArgumentList.Add(argument);
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        await WaitForPortAsync(process);
        OpenedAt = DateTimeOffset.UtcNow;
        await WaitUntilReadyAsync(process);
    }

    /// <summary>Ends it without a chance to say goodbye (SIGKILL).</summary>
    public async Task KillAsync()
    {
        var process = _process ?? throw new InvalidOperationException("It does not run.");
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Asks it to end (SIGTERM) and waits until it has drained.</summary>
    public async Task TerminateAsync()
    {
        var process = _process ?? throw new InvalidOperationException("It does not run.");
        if (Signal(process.Id, TerminateSignal) != 0)
            throw new InvalidOperationException("SIGTERM could not be sent.");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await process.WaitForExitAsync(limit.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync();
        _process?.Dispose();
        _http.Dispose();
        Directory.Delete(_dataDirectory, recursive: true);
    }

    private const int TerminateSignal = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int processId, int signal);

    private Task WaitForPortAsync(Process process) => Eventually.TrueAsync("the port is open", StartLimit, async () =>
    {
        ThrowIfExited(process);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    });

    private Task WaitUntilReadyAsync(Process process) => Eventually.TrueAsync("/health/ready answers 200", StartLimit, async () =>
    {
        ThrowIfExited(process);
        try
        {
            using var response = await _http.GetAsync(new Uri($"{Origin}/health/ready"));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
        {
            // Refused, or no answer within the client's timeout: a busy machine starts slowly.
            return false;
        }
    });

    private void ThrowIfExited(Process process)
    {
        if (process.HasExited)
            throw new InvalidOperationException($"parley ended with {process.ExitCode}:\n{Log}");
    }

    private void Append(string? line)
    {
        if (line is null)
            return;
        lock (_log)
            _log.AppendLine(line);
    }
}
