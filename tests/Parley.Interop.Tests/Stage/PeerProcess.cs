// A peer that we did not write, as a process: it is told what to do by lines, and tells what happens by lines of JSON.
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Parley.Interop.Tests.Stage;

/// <summary>A running peer. It ends with its input, so it never outlives the test.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly Func<Task<string>> _describe;
    private readonly Lock _lock = new();
    private readonly List<PeerEvent> _events = [];
    private readonly StringBuilder _errors = new();
    private readonly Task _reading;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    private PeerProcess(Func<Task<string>> describe, ProcessStartInfo start)
    {
        _describe = describe;
        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_lock)
                _errors.AppendLine(line.Data);
        };
        _process.Start();
        _process.BeginErrorReadLine();
        _reading = ReadAsync();
    }

    /// <summary>What it has told so far.</summary>
    public IReadOnlyList<PeerEvent> Events
    {
        get
        {
            lock (_lock)
                return [.. _events];
        }
    }

    /// <summary>Starts one, and waits until it is connected.</summary>
    public static Task<PeerProcess> ConnectAsync(ForwardingHost host, string program, params string[] arguments) => ConnectAsync(host.DescribeAsync, program, arguments);

    /// <summary>Starts one, and waits until it is connected.</summary>
    /// <param name="describe">What there is to say of the server when something does not happen.</param>
    /// <param name="program">The peer.</param>
    /// <param name="arguments">Its command line.</param>
    public static async Task<PeerProcess> ConnectAsync(Func<Task<string>> describe, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["PYTHONUNBUFFERED"] = "1";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        var peer = new PeerProcess(describe, start);
        try
        {
            await peer.WaitAsync("it is connected", events => events.Any(happened => happened.Is("connected")));
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tells it to do something.</summary>
    public Task TellAsync(string command) => _process.StandardInput.WriteLineAsync(command);

    /// <summary>Waits until what it has told meets a condition.</summary>
    public async Task<IReadOnlyList<PeerEvent>> WaitAsync(string what, Func<IReadOnlyList<PeerEvent>, bool> condition, TimeSpan? patience = null)
    {
        var limit = patience ?? Patience;
        using var late = new CancellationTokenSource(limit);
        while (true)
        {
            Task news;
            IReadOnlyList<PeerEvent> events;
            bool ended;
            lock (_lock)
            {
                news = _news.Task;
                events = [.. _events];
                ended = _ended;
            }

            if (condition(events))
                return events;
            if (ended || events.Any(static happened => happened.Is("failed")) || late.IsCancellationRequested)
                throw new InvalidOperationException($"{(late.IsCancellationRequested ? $"Not within {limit.TotalSeconds:0.#} s" : "It ended")}: {what}.\n{Describe()}\n{await _describe()}");
            await Task.WhenAny(news, Task.Delay(Timeout.Infinite, late.Token));
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Whoever does not end with its input is made to.
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5));
        }
        catch (Exception failure) when (failure is TimeoutException or IOException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        await _reading;
        _process.Dispose();
    }

    private string Describe()
    {
        lock (_lock)
        {
            var told = _events.TakeLast(12).Select(static happened => happened.ToString());
            return $"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)}\n  told {_events.Count} events, the last:\n    "
                + $"{string.Join("\n    ", told)}\n  said: {_errors}";
        }
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            Note(line.StartsWith('{') ? new PeerEvent(JsonDocument.Parse(line).RootElement) : null, line);
        lock (_lock)
        {
            _ended = true;
            _news.TrySetResult();
        }
    }

    private void Note(PeerEvent? happened, string line)
    {
        lock (_lock)
        {
            if (happened is null)
                _errors.AppendLine(line);
            else
                _events.Add(happened);
            _news.TrySetResult();
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}

/// <summary>Something that a peer told.</summary>
internal sealed record PeerEvent(JsonElement Json)
{
    public bool Is(string name) => Text("event") == name;

    /// <summary>True for RTCP of a kind that came in.</summary>
    public bool IsControl(string kind, string direction = "in") => Is("rtcp") && Text("kind") == kind && Text("direction") == direction;

    public string? Text(string name) => Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public double Number(string name) => Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN;

    public bool Flag(string name) => Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public override string ToString()
    {
        var text = Json.GetRawText();
        return text.Length > 300 ? text[..300] + "…" : text;
    }
}
