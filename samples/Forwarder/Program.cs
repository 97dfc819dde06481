// A WHIP/WHEP forwarder in less than sixty lines: whoever posts an offer to /whip/{name} is seen by everybody who posts one to /whep/{name}.
// Whoever falls silent ends by itself; a server of more than an hour would hear of it by IMediaServerEvents and forget the name.
using System.Collections.Concurrent;
using System.Net;
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;
using Parley.Media.Udp;
using Parley.Media.Udp.Workers;

await using var app = WebApplication.Create(args);
using var server = new MediaServer(new MediaServerOptions { Port = app.Configuration.GetValue("port", 7882) });
var candidates = HostCandidates.Of([.. server.Candidates.Select(EndPointOf)], [.. server.TcpCandidates.Select(EndPointOf)]);
var tracks = new ConcurrentDictionary<string, IReadOnlyList<MediaTrack>>(StringComparer.Ordinal);
var peers = new ConcurrentDictionary<string, PeerHandle>(StringComparer.Ordinal);

app.MapPost("/whip/{name}", (string name, HttpContext http) => AnswerAsync(http, true, [], (peer, session) =>
    tracks[name] = [.. session.Received.Select(track => peer.AddTrack(track.Parameters))]));

app.MapPost("/whep/{name}", (string name, HttpContext http) => tracks.TryGetValue(name, out var published) && !published.All(static track => track.HasEnded)
    ? AnswerAsync(http, false, published, (peer, session) =>
    {
        foreach (var sent in session.Sent)
            peer.Subscribe(sent.Parameters, published.First(track => track.Parameters.Mid == sent.Track.Id));
    })
    : Task.FromResult(Results.Conflict("Nobody publishes under this name yet.")));

app.MapDelete("/peers/{id}", async (string id) =>
{
    if (!peers.TryRemove(id, out var peer))
        return Results.NotFound();
    await server.ClosePeerAsync(peer);
    return Results.Ok();
});
await app.RunAsync();

static IPEndPoint EndPointOf(TransportAddress own) => new(own.ToIPAddress(), own.Port);

async Task<IResult> AnswerAsync(HttpContext http, bool receives, IReadOnlyList<MediaTrack> send, Action<MediaPeer, NegotiatedSession> prepare)
{
    var negotiation = new PeerNegotiation(
        new NegotiationOptions { Fingerprint = server.Fingerprint, Candidates = candidates, Receives = receives }, new CryptographicRandom());
    foreach (var track in send)
        negotiation.AddTrack(new OutgoingTrack(track.Parameters.Mid, track.Parameters.Kind));
    using var body = new StreamReader(http.Request.Body);
    if (!SessionDescription.TryParse(await body.ReadToEndAsync(), out var offer, out var broken))
        return Results.UnprocessableEntity(broken!.ToString());
    if (!negotiation.TryAnswer(offer!, out var answer, out var refused))
        return Results.UnprocessableEntity(refused!.ToString());
    var session = negotiation.Session!;
    var transport = session.Transport!;
    var peer = await server.AddPeerAsync(
        0, transport.Local, transport.Remote, transport.StrongestFingerprints, transport.Role, added => prepare(added, session));
    peers[transport.Local.Ufrag] = peer;
    http.Response.Headers.Location = $"/peers/{Uri.EscapeDataString(transport.Local.Ufrag)}";
    return Results.Text(answer!.ToString(), "application/sdp", statusCode: StatusCodes.Status201Created);
}
