// The program as users run it, with its own WHIP and WHEP, accounts and meetings, and a client that we did not write.
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Parley.Browser.Tests.Harness;
using Parley.Interop.Tests.Stage;

namespace Parley.Interop.Tests;

public sealed class ProductTests
{
    private const int Frames = 120;

    [Fact]
    public async Task Pion_publishes_and_plays_restarts_ICE_at_both_ends_and_leaves()
    {
        var pion = await Tools.PionAsync();
        await using var parley = await ParleyProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(parley.Origin) };
        var (ada, grace) = (await ComeAsync(http, "Ada"), await ComeAsync(http, "Grace"));
        var meeting = await PostAsync(http, "/api/meetings", new { lobby = false }, ada);
        var streams = $"{parley.Origin}/api/meetings/{meeting.GetProperty("code").GetString()}";
        using var recording = Recording.Make("vp8", Frames);
        Task<string> Log() => Task.FromResult(parley.Log);

        await using var publisher = await PeerProcess.ConnectAsync(Log, pion, "-publish", "-url", $"{streams}/whip", "-token", ada, "-recording", recording.Path);
        var published = LocationOf(publisher);
        await using var subscriber = await PeerProcess.ConnectAsync(Log, pion, "-url", $"{streams}/whep?from={published.Segments[^1]}", "-token", grace);
        var received = LocationOf(subscriber);

        var half = recording.Packets.Count / 2;
        await publisher.TellAsync($"start {half}");
        await CameAsync(subscriber, half);
        await RestartAsync(publisher);
        await RestartAsync(subscriber);
        await publisher.TellAsync("start");
        var told = await CameAsync(subscriber, recording.Packets.Count);
        foreach (var codec in new[] { "vp8", "opus" })
            recording.AssertCame(told, codec, inOrder: true);

        // Who plays a stream knows its address, and still is not its owner.
        Assert.Equal(HttpStatusCode.Forbidden, await DeleteAsync(http, published, grace));
        foreach (var (peer, location, token) in new[] { (publisher, published, ada), (subscriber, received, grace) })
        {
            await peer.TellAsync("quit");
            await peer.WaitAsync("its session is deleted", static events => events.Any(static told => told.Is("deleted")));
            Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(http, location, token));
        }

        var metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("parley_media_sessions{kind=\"publisher\"} 0\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotMatch("parley_media_drops_total\\{worker=\"[0-9]+\",reason=\"(not_authentic|replayed|malformed|unknown_stream|unknown_payload)\"\\} [1-9]", metrics);
    }

    private static Task<IReadOnlyList<PeerEvent>> CameAsync(PeerProcess subscriber, int packets) =>
        subscriber.WaitAsync($"{packets} packets are here", events => events.Count(static told => told.Is("rtp")) == packets);

    private static Uri LocationOf(PeerProcess peer) => new(peer.Events.First(static told => told.Is("connected")).Text("location")!);

    /// <summary>New credentials by PATCH, and new sockets: media can pass again when the connection is there a second time.</summary>
    private static async Task RestartAsync(PeerProcess peer)
    {
        await peer.TellAsync("restart");
        var told = await peer.WaitAsync("it is connected by the new credentials", static events =>
            events.Any(static told => told.Is("restarted")) && events.Count(static told => told.Is("state") && told.Text("state") == "connected") == 2);
        Assert.NotEmpty(told.Single(static told => told.Is("restarted")).Text("tag")!);
    }

    private static async Task<string> ComeAsync(HttpClient http, string name) => (await PostAsync(http, "/api/auth/guest", new { name })).GetProperty("token").GetString()!;

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, body.GetType()) };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<HttpStatusCode> DeleteAsync(HttpClient http, Uri session, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, session);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
