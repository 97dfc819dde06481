// Servers that are one program with a listening TCP port, or one that says when it is ready.
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Parley.Bench.Sfu.Servers;

/// <summary>A program that is ready when its port takes a connection.</summary>
internal abstract class ForwardingProcess : SfuServer
{
    private readonly StringBuilder _said = new();
    private Process? _process;

    public override int ProcessId => _process!.Id;

    /// <summary>The port that says it is ready; null when <see cref="IsReady"/> recognizes a line instead.</summary>
    protected abstract int? Port { get; }

    public override async Task StartAsync()
    {
        var (program, arguments) = Command();
        var said = new TaskCompletionSource();
        _process = new Process { StartInfo = Pinned.Program(Pinned.ServerCore, program, arguments) };
        _process.OutputDataReceived += (_, line) =>
        {
            Keep(line.Data);
            if (line.Data is { } text && IsReady(text))
                said.TrySetResult();
        };
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var deadline = Stopwatch.StartNew();
        while (Port is { } port ? !await AnswersAsync(port) : !said.Task.IsCompleted)
        {
            if (_process.HasExited || deadline.Elapsed > TimeSpan.FromSeconds(20))
                throw new InvalidOperationException($"{Name} does not start:\n{Said()}");
            await Task.Delay(50);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    protected abstract (string Program, IReadOnlyList<string> Arguments) Command();

    protected virtual bool IsReady(string line) => false;

    private static async Task<bool> AnswersAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        lock (_said)
        {
            if (line is not null && _said.Length < 20_000)
                _said.AppendLine(line);
        }
    }

    private string Said()
    {
        lock (_said)
            return _said.ToString();
    }
}
