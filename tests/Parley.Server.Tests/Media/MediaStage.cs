// A server with a media port on loopback, and WHIP and WHEP over plain HTTP as any client speaks them.
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Parley.Server.Media;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Media;

/// <summary>An answer of the server.</summary>
internal sealed record MediaResponse(int Status, string Body, HttpResponseHeaders Headers, string? ContentType)
{
    /// <summary>The code of a problem.</summary>
    public string? Code => Problem?.GetProperty("code").GetString();

    /// <summary>What a problem says to the client's developer.</summary>
    public string? Detail => Problem is { } problem && problem.TryGetProperty("detail", out var detail) ? detail.GetString() : null;

    public string Location => Headers.Location!.OriginalString;

    public string EntityTag => Headers.ETag!.ToString();

    public static async Task<MediaResponse> ReadAsync(HttpResponseMessage response) =>
        new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType?.MediaType);

    private JsonElement? Problem => ContentType == "application/problem+json" ? JsonDocument.Parse(Body).RootElement : null;
}

/// <summary>The server and its owner's meeting.</summary>
internal sealed class MediaStage : IAsyncDisposable
{
    private readonly List<LivePeer> _peers = [];
    private readonly HttpClient _http;

    private MediaStage(ParleyFixture server, ApiClient owner, string code)
    {
        Server = server;
        Owner = owner;
        Code = code;
        _http = server.CreateClient();
    }

    public ParleyFixture Server { get; }

    public ApiClient Owner { get; }

    public string Code { get; }

    public string Whip => $"/api/meetings/{Code}/whip";

    public string Whep => $"/api/meetings/{Code}/whep";

    public MediaGateway Gateway => Server.Service<MediaGateway>();

    public static Task<MediaStage> StartAsync(params (string Key, string Value)[] settings) => StartAsync(new { lobby = false }, settings);

    public static Task<MediaStage> StartAsync(object meeting, params (string Key, string Value)[] settings) => StartAsync(
        meeting, new ParleySetup { Settings = settings.ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal) });

    public static async Task<MediaStage> StartAsync(object meeting, ParleySetup setup)
    {
        var server = await ParleyFixture.StartAsync(setup);
        var owner = await ApiClient.AccountAsync(server);
        return new MediaStage(server, owner, (await owner.CreateMeetingAsync(meeting)).GetProperty("code").GetString()!);
    }

    /// <summary>A client over real UDP, sending or receiving nothing yet.</summary>
    public LivePeer NewPeer(ApiClient? user = null)
    {
        var peer = new LivePeer(this, user ?? Owner);
        _peers.Add(peer);
        return peer;
    }

    /// <summary>POSTs an offer, with the owner's token unless another is given.</summary>
    public Task<MediaResponse> PostAsync(string path, string offer, string? token = null) => SendAsync(HttpMethod.Post, path, offer, "application/sdp", token ?? Owner.Token);

    public Task<MediaResponse> PatchAsync(string path, string fragment, string? ifMatch, string? token = null) => SendAsync(
        HttpMethod.Patch, path, fragment, "application/trickle-ice-sdpfrag", token ?? Owner.Token, ifMatch is null ? [] : [("If-Match", ifMatch)]);

    public Task<MediaResponse> DeleteAsync(string path, string? token = null) => SendAsync(HttpMethod.Delete, path, null, null, token ?? Owner.Token);

    public async Task<MediaResponse> SendAsync(HttpMethod method, string path, string? body, string? contentType, string? token, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
            if (contentType is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        using var response = await _http.SendAsync(request);
        return await MediaResponse.ReadAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers)
            await peer.DisposeAsync();
        _http.Dispose();
        Owner.Dispose();
        await Server.DisposeAsync();
    }
}
