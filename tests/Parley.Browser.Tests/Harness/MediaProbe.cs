// Reads what the script injected into a page has seen: pictures and sound per remote person, messages, peer connections.
using System.Text.Json;
using Microsoft.Playwright;

namespace Parley.Browser.Tests.Harness;

/// <summary>What arrives from one remote person over all peer connections with them.</summary>
public sealed record Inbound
{
    /// <summary>Peer connections that are not closed.</summary>
    public int Connections { get; init; }

    /// <summary>The state of the latest of them, <c>none</c> without any.</summary>
    public string State { get; init; } = "none";

    /// <summary>Pictures decoded, camera and screen together.</summary>
    public long FramesDecoded { get; init; }

    /// <summary>Video tracks on which pictures arrive now.</summary>
    public int VideoTracksAlive { get; init; }

    /// <summary>The sum of the energy of all samples played; it rises only while there is sound.</summary>
    public double AudioEnergy { get; init; }

    /// <summary>Samples played, silence included.</summary>
    public double AudioSamples { get; init; }

    /// <summary>Pictures that we have sent to them.</summary>
    public long FramesSent { get; init; }

    /// <summary>Sound packets that we have sent to them.</summary>
    public long AudioPacketsSent { get; init; }

    /// <summary>The size of the largest picture.</summary>
    public int Width { get; init; }

    /// <summary>The height of the largest picture.</summary>
    public int Height { get; init; }

    /// <summary>The codec of the pictures.</summary>
    public string VideoCodec { get; init; } = "";

    /// <summary>The type of our end of the path: host, srflx, prflx or relay.</summary>
    public string LocalCandidate { get; init; } = "";

    /// <summary>The type of their end of the path.</summary>
    public string RemoteCandidate { get; init; } = "";
}

/// <summary>The longest time without a new picture of one remote person.</summary>
public sealed record FrameGap(string Name, double LongestMs, long Frames);

/// <summary>The probe in one page.</summary>
public sealed class MediaProbe(IPage page)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly string Script = ReadScript();

    /// <summary>Injects the probe into every page of a context, before the app's own scripts.</summary>
    public static async Task InjectAsync(IBrowserContext context, ParticipantOptions options)
    {
        var settings = JsonSerializer.Serialize(new { maxHeight = options.MaxHeight, relayOnly = options.RelayOnly });
        await context.AddInitScriptAsync($"window.__parleyProbeSettings = {settings};\n{Script}");
    }

    /// <summary>What has arrived from a person so far.</summary>
    public Task<Inbound> InboundAsync(string name) => ReadAsync<Inbound>("name => window.__parleyProbe.inbound(name)", name);

    /// <summary>How many messages of a type this page has sent.</summary>
    public Task<int> SentAsync(string type) => page.EvaluateAsync<int>("type => window.__parleyProbe.sentCount(type)", type);

    /// <summary>How many messages of a type this page has received.</summary>
    public Task<int> ReceivedAsync(string type) => page.EvaluateAsync<int>("type => window.__parleyProbe.receivedCount(type)", type);

    /// <summary>When the first message of a type arrived after a moment, or null.</summary>
    public async Task<DateTimeOffset?> ReceivedSinceAsync(string type, DateTimeOffset since)
    {
        var at = await page.EvaluateAsync<double>(
            "([type, since]) => window.__parleyProbe.receivedSince(type, since)", new object[] { type, since.ToUnixTimeMilliseconds() });
        return at == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds((long)at);
    }

    /// <summary>The participant's own id, or null outside a room.</summary>
    public Task<string?> MyIdAsync() => page.EvaluateAsync<string?>("() => window.__parleyProbe.myId()");

    /// <summary>Whether the page has asked for a camera or microphone at all.</summary>
    public Task<int> DeviceRequestsAsync() =>
        page.EvaluateAsync<int>("() => window.__parleyProbe.mediaRequests.filter(r => r.kind === 'user').length");

    /// <summary>Requests that wanted a camera.</summary>
    public Task<int> CameraRequestsAsync() =>
        page.EvaluateAsync<int>("() => window.__parleyProbe.mediaRequests.filter(r => r.kind === 'user' && r.video).length");

    /// <summary>The name of the microphone (<c>audio</c>) or camera (<c>video</c>) that is open, or an empty text.</summary>
    public Task<string> OpenDeviceAsync(string kind) => page.EvaluateAsync<string>("kind => window.__parleyProbe.openDevice(kind)", kind);

    /// <summary>Pulls a device out, as far as the page can tell.</summary>
    public Task PullAsync(string label) => page.EvaluateAsync("label => window.__parleyProbe.pull(label)", label);

    /// <summary>Plugs a device in again.</summary>
    public Task PlugAsync(string label) => page.EvaluateAsync("label => window.__parleyProbe.plug(label)", label);

    /// <summary>Errors that nobody caught.</summary>
    public Task<string[]> ErrorsAsync() => page.EvaluateAsync<string[]>("() => window.__parleyProbe.errors");

    /// <summary>The sockets opened by this page since it was loaded.</summary>
    public Task<int> SocketsAsync() => page.EvaluateAsync<int>("() => window.__parleyProbe.sockets.length");

    /// <summary>How many peer connections this page has ever made.</summary>
    public Task<int> ConnectionsMadeAsync() => page.EvaluateAsync<int>("() => window.__parleyProbe.connections.length");

    /// <summary>Closes our end of the path to a person behind the app's back.</summary>
    public Task<int> CloseConnectionsWithAsync(string name) =>
        page.EvaluateAsync<int>("name => window.__parleyProbe.closeConnectionsWith(name)", name);

    /// <summary>Every UDP port that our connections with a person have open.</summary>
    public Task<int[]> LocalPortsAsync(string name) => page.EvaluateAsync<int[]>("name => window.__parleyProbe.localPorts(name)", name);

    /// <summary>Measures from now on how long each person's picture stands still.</summary>
    public Task WatchGapsAsync(params string[] names) => page.EvaluateAsync("names => window.__parleyProbe.watchGaps(names)", names);

    /// <summary>The longest standstill of each person since <see cref="WatchGapsAsync"/>, an unfinished one included.</summary>
    public Task<FrameGap[]> GapsAsync() => ReadAsync<FrameGap[]>("() => window.__parleyProbe.readGaps()", null);

    /// <summary>What passed on the socket, for the evidence of a failed test: types and times, never contents.</summary>
    public Task<string> TraceAsync() => page.EvaluateAsync<string>(
        """
        () => {
          const line = (way) => (item) => ({ at: item.at, text: new Date(item.at).toISOString().slice(11, 23) + way + item.type
            + (item.message.code ? ' ' + item.message.code : '') + (item.message.seq ? ' #' + item.message.seq : '') });
          const probe = window.__parleyProbe;
          const lines = [...probe.sent.map(line(' > ')), ...probe.received.map(line(' < '))].sort((a, b) => a.at - b.at);
          return [...lines.map((each) => each.text), ...probe.errors].join('\n');
        }
        """);

    private async Task<T> ReadAsync<T>(string expression, object? argument)
    {
        var element = await page.EvaluateAsync<JsonElement>(expression, argument);
        return element.Deserialize<T>(Json) ?? throw new InvalidOperationException($"{expression} gave nothing.");
    }

    private static string ReadScript()
    {
        using var stream = typeof(MediaProbe).Assembly.GetManifestResourceStream("probe.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
