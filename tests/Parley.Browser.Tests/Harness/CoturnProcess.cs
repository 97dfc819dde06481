// Debian's coturn on loopback, with the shared secret from which Parley makes time-limited credentials.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Parley.Browser.Tests.Harness;

/// <summary>A TURN server for one test.</summary>
public sealed class CoturnProcess : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("parley-turn-").FullName;
    private readonly Process _process;

    private CoturnProcess(int port, string secret)
    {
        Port = port;
        Secret = secret;
        var start = new ProcessStartInfo(Program!) { WorkingDirectory = _directory, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "-n", "--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1", "--listening-port", $"{port}",
            "--use-auth-secret", "--static-auth-secret", secret, "--realm", "parley.test", "--allow-loopback-peers",
            "--no-cli", "--no-tls", "--no-dtls", "--log-file", "stdout", "--simple-log",
            "--pidfile", Path.Combine(_directory, "turn.pid"), "--userdb", Path.Combine(_directory, "turn.db"),
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        _process = new Process { StartInfo = start };
        _process.Start();
        // Its output is read so that it can never block on a full pipe.
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The program, or null where it is not installed.</summary>
    public static string? Program { get; } =
        ((string[])["/usr/bin/turnserver", "/usr/local/bin/turnserver"]).FirstOrDefault(File.Exists);

    /// <summary>Its port for UDP and TCP.</summary>
    public int Port { get; }

    /// <summary>The secret that credentials are made from.</summary>
    public string Secret { get; }

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<CoturnProcess> StartAsync()
    {
        var turn = new CoturnProcess(FreePorts.Next(), Guid.NewGuid().ToString("n"));
        await Eventually.TrueAsync("coturn listens", TimeSpan.FromSeconds(15), async () =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, turn.Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
        return turn;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
