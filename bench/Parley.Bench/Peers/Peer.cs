// A server under test: its process, what it costs, and how one speaks to it.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Parley.Bench.Load;

namespace Parley.Bench.Peers;

/// <summary>Started on a free port of loopback, ended by Dispose.</summary>
internal abstract class Peer : IAsyncDisposable
{
    private Process? _process;

    public abstract string Name { get; }

    public int Port { get; } = FreePort();

    /// <summary>How long its memory takes to settle after load: a garbage collector has to notice that it is idle.</summary>
    public virtual TimeSpan Settling => TimeSpan.FromSeconds(5);

    public int ProcessId => _process!.Id;

    protected abstract string HealthPath { get; }

    protected HttpClient Http { get; } = new();

    /// <summary>Bytes of physical memory.</summary>
    public long ResidentBytes => File.ReadLines($"/proc/{_process!.Id}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024)
        .Single();

    /// <summary>Processor time of all its threads, ended ones included.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public async Task StartAsync()
    {
        _process = Process.Start(Command()) ?? throw new InvalidOperationException($"{Name} does not start.");
        // What it says on the way up is nobody's; left unread it would fill the pipe.
        if (_process.StartInfo.RedirectStandardOutput)
            _process.BeginOutputReadLine();
        var deadline = Stopwatch.StartNew();
        while (deadline.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"{Name} ended with {_process.ExitCode}.");
            try
            {
                using var answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{Port}{HealthPath}"));
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(50);
        }

        throw new InvalidOperationException($"{Name} was not ready within a minute.");
    }

    /// <summary>Makes rooms, where a server wants them to be made before anybody joins.</summary>
    public abstract Task<IReadOnlyList<string>> MakeRoomsAsync(int count);

    /// <summary>Connects, registers and joins.</summary>
    public abstract Task<Participant> JoinAsync(string room);

    /// <summary>A message to one participant that carries the given JSON, 200 bytes of it.</summary>
    public abstract string Relay(string to, string payload);

    public virtual async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_process is null)
            return;
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    protected abstract ProcessStartInfo Command();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
