// The engine inside the test process, with the smallest WHIP and WHEP in front of it, so that tests can look at both ends.
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Rtp;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;
using Parley.Media.Udp;
using Parley.Media.Udp.Workers;

namespace Parley.Interop.Tests.Stage;

/// <summary>Whoever posts an offer to /whip/{name} is received by everybody who posts one to /whep/{name}.</summary>
internal sealed class ForwardingHost : IMediaServerEvents, IAsyncDisposable
{
    private const int MaxLog = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, IReadOnlyList<MediaTrack>> _tracks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PeerHandle> _peers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PeerNegotiation> _negotiations = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _log = new();
    private long _joined;

    private ForwardingHost(MediaServerOptions options)
    {
        Server = new MediaServer(options, this);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/whip/{name}", PublishAsync);
        _app.MapPost("/whep/{name}", ReceiveAsync);
        _app.MapDelete("/peers/{id}", CloseAsync);
        _app.MapPatch("/peers/{id}", RestartAsync);
        _app.MapGet("/peer", static () => Results.Stream(Resource("peer.html"), "text/html; charset=utf-8"));
    }

    /// <summary>The engine.</summary>
    public MediaServer Server { get; }

    /// <summary>Where the pages and endpoints are.</summary>
    public string Origin => _app.Urls.First();

    /// <summary>The only candidate that whoever comes next is told; null for all that the engine has.</summary>
    public IPEndPoint? ReachedAt { get; set; }

    /// <summary>Peers that were answered.</summary>
    public long Joined => Interlocked.Read(ref _joined);

    /// <summary>What was dropped, and why.</summary>
    public DropCounters Drops => Server.ReadStatistics()[0].Drops;

    public string Whip(string name) => $"{Origin}/whip/{name}";

    public string Whep(string name) => $"{Origin}/whep/{name}";

    public static async Task<ForwardingHost> StartAsync(MediaServerOptions? options = null)
    {
        options ??= new MediaServerOptions();
        var host = new ForwardingHost(options with { Port = 0, BindAddresses = options.BindAddresses.Count > 0 ? options.BindAddresses : [IPAddress.Loopback] });
        await host._app.StartAsync();
        return host;
    }

    /// <summary>Reads something of the engine on its thread.</summary>
    public Task<T> ReadAsync<T>(Func<MediaEngine, T> read) => Server.InvokeAsync(0, read);

    /// <summary>The subscriptions to what is published under a name, each with its counts.</summary>
    public Task<IReadOnlyList<SubscriptionState>> SubscriptionsAsync(string name)
    {
        var tracks = _tracks.GetValueOrDefault(name, []);
        return ReadAsync<IReadOnlyList<SubscriptionState>>(engine =>
            [.. _peers.Values.Select(peer => engine.Find(peer.Peer)).SelectMany(peer => peer?.Subscriptions ?? [])
                .Where(subscription => subscription.Track is { } track && tracks.Contains(track))
                .Select(subscription => new SubscriptionState(
                    subscription.Parameters.Mid, subscription.PacketsSent, subscription.PacketsMissed, subscription.PacketsRepeated,
                    subscription.RepeatsRefused, subscription.LossRate, subscription.RoundTripUs))]);
    }

    /// <summary>Limits the layers that everybody is sent of the video published under a name.</summary>
    public Task SetLayersAsync(string name, int layer, int temporal = Subscription.AllLayers)
    {
        var tracks = _tracks.GetValueOrDefault(name, []);
        return ReadAsync(engine =>
        {
            foreach (var subscription in _peers.Values.Select(peer => engine.Find(peer.Peer)).SelectMany(peer => peer?.Subscriptions ?? []))
            {
                if (subscription.Track is { } track && tracks.Contains(track) && track.Parameters.Kind == MediaKind.Video)
                    subscription.SetLayers(layer, temporal);
            }

            return true;
        });
    }

    /// <summary>Waits until somebody receives what is published under a name.</summary>
    public async Task ReceivedAsync(string name)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await ReadAsync(engine => _peers.Values.Select(peer => engine.Find(peer.Peer)).Any(
            peer => peer is { IsConnected: true } && peer.Subscriptions.Any(subscription => subscription.Track is { } track && _tracks.GetValueOrDefault(name, []).Contains(track)))))
        {
            if (late.IsCancellationRequested)
                throw new InvalidOperationException($"Nobody receives {name}.\n{await DescribeAsync()}");
            await Task.Delay(Pause);
        }
    }

    /// <summary>For the message of a test that fails: what happened, what is forwarded, and what was dropped.</summary>
    public async Task<string> DescribeAsync()
    {
        var text = new StringBuilder("engine:");
        foreach (var reason in Enum.GetValues<DropReason>().Where(reason => Drops[reason] > 0))
            text.Append(CultureInfo.InvariantCulture, $" {reason}={Drops[reason]}");
        text.AppendLine(CultureInfo.InvariantCulture, $" {Server.ReadStatistics()[0]}");
        foreach (var name in _tracks.Keys)
        {
            foreach (var subscription in await SubscriptionsAsync(name))
                text.AppendLine(CultureInfo.InvariantCulture, $"  {name}: {subscription}");
        }

        foreach (var line in _log)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {line}");
        return text.ToString();
    }

    void IMediaServerEvents.Handle(PeerHandle peer, MediaEvent happened)
    {
        Log(happened.ToString());
        if (happened is not PeerEnded)
            return;
        foreach (var (id, _) in _peers.Where(entry => entry.Value == peer))
        {
            _peers.TryRemove(id, out _);
            _negotiations.TryRemove(id, out _);
        }

        foreach (var (name, _) in _tracks.Where(entry => entry.Value.Any(track => track.Publisher?.Id == peer.Peer)))
            _tracks.TryRemove(name, out _);
    }

    void IMediaServerEvents.Fault(int worker, Exception fault) => Log($"FAULT {fault}");

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Server.Dispose();
    }

    private void Log(string line)
    {
        _log.Enqueue(line);
        while (_log.Count > MaxLog)
            _log.TryDequeue(out _);
    }

    private Task<IResult> PublishAsync(string name, HttpContext http) => AnswerAsync(http, true, [], (peer, session) =>
        _tracks[name] = [.. session.Received.Select(track => peer.AddTrack(track.Parameters))]);

    private Task<IResult> ReceiveAsync(string name, HttpContext http) => _tracks.TryGetValue(name, out var published)
        ? AnswerAsync(http, false, published, (peer, session) =>
        {
            foreach (var sent in session.Sent)
                peer.Subscribe(sent.Parameters, published.First(track => track.Parameters.Mid == sent.Track.Id));
        })
        : Task.FromResult(Results.Conflict("Nobody publishes under this name yet."));

    private async Task<IResult> CloseAsync(string id)
    {
        if (!_peers.TryRemove(id, out var peer))
            return Results.NotFound();
        await Server.ClosePeerAsync(peer);
        return Results.Ok();
    }

    // RFC 9725 §4.3.2; there is no entity tag, since nobody trickles here.
    private async Task<IResult> RestartAsync(string id, HttpContext http)
    {
        using var body = new StreamReader(http.Request.Body);
        var text = await body.ReadToEndAsync();
        Log($"restart: {text}");
        if (!_peers.TryGetValue(id, out var peer) || !_negotiations.TryGetValue(id, out var negotiation))
            return Results.NotFound();
        if (!IceFragment.TryParse(text, out var fragment, out var broken))
            return Results.UnprocessableEntity(broken!.ToString());
        if (!negotiation.TryRestartIce(fragment!, out var answer, out var refused))
            return Results.UnprocessableEntity(refused!.ToString());
        await ReadAsync(engine =>
        {
            engine.Find(peer.Peer)?.RestartIce(negotiation.LocalIce, fragment!.Credentials!);
            return true;
        });
        return Results.Text(answer!.ToString(), IceFragment.MediaType);
    }

    private async Task<IResult> AnswerAsync(HttpContext http, bool receives, IReadOnlyList<MediaTrack> send, Action<MediaPeer, NegotiatedSession> prepare)
    {
        var candidates = ReachedAt is { } only ? HostCandidates.Of([only], [])
            : HostCandidates.Of([.. Server.Candidates.Select(EndPointOf)], [.. Server.TcpCandidates.Select(EndPointOf)]);
        var negotiation = new PeerNegotiation(
            new NegotiationOptions { Fingerprint = Server.Fingerprint, Candidates = candidates, Receives = receives }, new CryptographicRandom());
        foreach (var track in send)
            negotiation.AddTrack(new OutgoingTrack(track.Parameters.Mid, track.Parameters.Kind) { StreamId = "published" });
        using var body = new StreamReader(http.Request.Body);
        var text = await body.ReadToEndAsync();
        Log($"{http.Request.Path}: {text}");
        if (!SessionDescription.TryParse(text, out var offer, out var broken))
            return Results.UnprocessableEntity(broken!.ToString());
        if (!negotiation.TryAnswer(offer!, out var answer, out var refused))
            return Results.UnprocessableEntity(refused!.ToString());
        Log($"answered: {answer}");
        var session = negotiation.Session!;
        var transport = session.Transport!;
        var peer = await Server.AddPeerAsync(
            0, transport.Local, transport.Remote, transport.StrongestFingerprints, transport.Role, added => prepare(added, session));
        // Not by its name in ICE, which may have a slash.
        var id = Interlocked.Increment(ref _joined).ToString(CultureInfo.InvariantCulture);
        _peers[id] = peer;
        _negotiations[id] = negotiation;
        http.Response.Headers.Location = $"/peers/{id}";
        return Results.Text(answer!.ToString(), "application/sdp", statusCode: StatusCodes.Status201Created);
    }

    private static IPEndPoint EndPointOf(TransportAddress own) => new(own.ToIPAddress(), own.Port);

    private static Stream Resource(string name) => typeof(ForwardingHost).Assembly.GetManifestResourceStream(name)!;
}

/// <summary>What was sent of a track to one subscriber.</summary>
internal sealed record SubscriptionState(string Mid, long Sent, long Missed, long Repeated, long RepeatsRefused, double LossRate, long RoundTripUs);
