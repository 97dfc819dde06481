// PostgreSQL is killed in the middle of a call: people go on, come back, and everything is stored when it is there again.
using System.Net;
using System.Text.Json;
using Parley.Data;
using Parley.Data.Tests;
using Parley.Protocol;
using Parley.Server.Signaling.Rooms;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class PostgresOutageTests
{
    [Fact]
    public async Task A_call_outlives_its_database_and_nothing_is_lost()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await using var stage = await Stage.AloneAsync(On(postgres));
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Otto");
        var stranger = await stage.GuestAsync("Stella");
        await guest.Client.RequestAsync<ChatMessageFrom>(new ChatMessage("before", "c1"));
        await host.Client.WaitForAsync<ChatMessageFrom>(chat => chat.Text == "before");

        await postgres.KillAsync();
        await guest.Client.RequestAsync<Ack>(new Offer(host.Me, "v=0 offer"));
        Assert.Equal("v=0 offer", (await host.Client.WaitForAsync<OfferFrom>()).Sdp);
        await host.Client.RequestAsync<Ack>(new Answer(guest.Me, "v=0 answer"));
        Assert.Equal("v=0 answer", (await guest.Client.WaitForAsync<AnswerFrom>()).Sdp);
        await guest.Client.RequestAsync<Ack>(new RaiseHand(true));
        await host.Client.WaitForAsync<ParticipantUpdated>(updated => updated.Participant.HandRaisedAt is not null);
        await host.Client.RequestAsync<Ack>(new MuteParticipant(guest.Me));
        await guest.Client.WaitForAsync<MediaRequest>(request => request.Mic == false);
        Assert.Equal(ErrorCodes.Internal, Assert.IsType<Error>(await guest.Client.RequestAsync(new ChatMessage("during", "c2"))).Code);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadinessAsync(stage));

        // A dropped socket comes back while the database is away, as who it was; a forged token does not, and who was never here is told to try again.
        var lastSeq = guest.Client.LastSeq;
        await guest.Client.DisposeAsync();
        await host.Client.WaitForAsync<ParticipantUpdated>(updated => updated.Participant is { Connection: ConnectionState.Reconnecting } participant && participant.Id == guest.Me);
        await host.Client.RequestAsync<Ack>(new Reaction("👏"));
        var (guestAgain, resumed) = await stage.ResumeAsync(guest, lastSeq);
        Assert.Equal(guest.Me, resumed.Room.Me);
        Assert.Equal(2, resumed.Room.Participants.Count);
        Assert.NotNull(resumed.Room.Participants.Single(participant => participant.Id == guest.Me).HandRaisedAt);
        Assert.True(resumed.Complete);
        await host.Client.WaitForAsync<ParticipantUpdated>(updated => updated.Participant is { Connection: ConnectionState.Connected } participant && participant.Id == guest.Me);
        await using var forged = await stage.ConnectAsync();
        Assert.Equal(ErrorCodes.Unauthenticated, Assert.IsType<Error>(await forged.RequestAsync(new Register(Forge(guest.Who.Token)))).Code);
        Assert.Equal(4401, (await forged.Closed).Code);
        await using var unknown = await stage.ConnectAsync();
        Assert.Equal(ErrorCodes.Internal, Assert.IsType<Error>(await unknown.RequestAsync(new Register(stranger.Token))).Code);
        await guestAgain.RequestAsync<Ack>(new UpdateMedia(Camera: true));

        await postgres.StartAsync();
        await Eventually.TrueAsync(async () => await ReadinessAsync(stage) == HttpStatusCode.OK);
        await unknown.RequestAsync<Registered>(new Register(stranger.Token));
        await Eventually.TrueAsync(async () => await guestAgain.RequestAsync(new ChatMessage("during", "c2")) is ChatMessageFrom);
        await host.Client.WaitForAsync<ChatMessageFrom>(chat => chat.Text == "during");
        await guestAgain.RequestAsync<ChatMessageFrom>(new ChatMessage("during", "c2"));

        await stage.Server.RestartServerAsync();
        var (_, restored) = await stage.ResumeAsync(guest with { Client = guestAgain, Room = resumed.Room });
        var me = restored.Room.Participants.Single(participant => participant.Id == guest.Me);
        Assert.NotNull(me.HandRaisedAt);
        Assert.True(me.Camera);
        var history = await stage.Rest.SendAsync(HttpMethod.Get, $"/api/meetings/{host.Code}/messages", host.Who.Token);
        Assert.Equal(["during", "before"], Texts(history));
    }

    [Fact]
    public async Task Who_was_in_a_room_comes_back_to_a_server_that_was_started_again_and_then_lost_its_database()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await using var stage = await Stage.AloneAsync(On(postgres));
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Otto");
        var stranger = await stage.GuestAsync("Stella");
        await stage.Server.RestartServerAsync();
        await postgres.KillAsync();

        var (_, resumed) = await stage.ResumeAsync(guest);
        Assert.Equal(guest.Me, resumed.Room.Me);
        var unknown = await stage.ConnectAsync();
        Assert.Equal(ErrorCodes.Internal, Assert.IsType<Error>(await unknown.RequestAsync(new Register(stranger.Token))).Code);
    }

    [Fact]
    public async Task Rest_answers_503_with_the_time_to_come_again_and_signs_nobody_out()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await using var server = await ParleyFixture.StartAsync(On(postgres));
        using var client = await ApiClient.AccountAsync(server, email: "ada@example.org");
        var code = (await client.CreateMeetingAsync(new { password = "open sesame" })).GetProperty("code").GetString();
        var calls = new (HttpMethod Method, string Path, object? Body)[]
        {
            (HttpMethod.Post, "/api/auth/refresh", new { attempt = "a1" }),
            (HttpMethod.Post, "/api/auth/signup", new { email = "grace@example.org", name = "Grace", password = "correct horse" }),
            (HttpMethod.Post, "/api/auth/login", new { email = "ada@example.org", password = "correct horse" }),
            (HttpMethod.Post, "/api/auth/guest", new { name = "Gus" }),
            (HttpMethod.Post, "/api/auth/logout", null),
            (HttpMethod.Get, "/api/users/me", null),
            (HttpMethod.Patch, "/api/users/me", new { name = "Ada L." }),
            (HttpMethod.Get, "/api/users?q=gr", null),
            (HttpMethod.Post, "/api/meetings", new { }),
            (HttpMethod.Get, "/api/meetings", null),
            (HttpMethod.Get, $"/api/meetings/{code}", null),
            (HttpMethod.Post, $"/api/meetings/{code}/validate", new { password = "open sesame" }),
            (HttpMethod.Patch, $"/api/meetings/{code}", new { title = "Later" }),
            (HttpMethod.Post, $"/api/meetings/{code}/end", null),
            (HttpMethod.Delete, $"/api/meetings/{code}", null),
            (HttpMethod.Get, $"/api/meetings/{code}/messages", null),
            (HttpMethod.Get, $"/api/meetings/{code}/attendance", null),
            (HttpMethod.Get, "/api/call-logs", null),
            (HttpMethod.Get, $"/api/call-logs/{Guid.NewGuid()}", null),
            (HttpMethod.Get, "/api/ice-servers", null),
            (HttpMethod.Get, "/api/audit", null),
        };

        // Requests that are under way when it dies are answered like those that come after.
        using var busy = new ApiClient(server) { Token = client.Token };
        using var done = new CancellationTokenSource();
        var underWay = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var statuses = new HashSet<int>();
            while (!done.IsCancellationRequested)
            {
                statuses.Add((await busy.GetAsync("/api/users/me")).StatusNumber);
                statuses.Add((await busy.PostAsync("/api/meetings", new { })).StatusNumber);
            }

            return statuses;
        })).ToList();
        await postgres.KillAsync();
        await Eventually.TrueAsync(async () => (await client.GetAsync("/api/users/me")).StatusNumber == 503);
        await done.CancelAsync();
        foreach (var statuses in await Task.WhenAll(underWay))
            Assert.Subset(new HashSet<int> { 200, 201, 503 }, statuses);

        foreach (var (method, path, body) in calls)
        {
            var response = await client.SendAsync(method, path, body);
            Assert.True(response.StatusNumber == 503, $"{method} {path} answered {response.StatusNumber}");
            Assert.Equal("unavailable", response.Code);
            Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
            Assert.Empty(response.SetCookies);
        }

        await postgres.StartAsync();
        await Eventually.TrueAsync(async () => (await client.GetAsync("/api/users/me")).StatusNumber == 200);
        var refreshed = await client.PostAsync("/api/auth/refresh", new { attempt = "a1" });
        Assert.Equal(200, refreshed.StatusNumber);
    }

    [Fact]
    public async Task An_end_by_rest_that_cannot_be_stored_is_told_to_everybody_and_answered_503()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await using var stage = await Stage.AloneAsync(On(postgres));
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Otto");
        var id = Assert.Single(stage.Server.Service<RoomDirectory>().All).Settings.Id;
        await postgres.KillAsync();

        var ending = stage.Server.Service<Features.Meetings.IRunningRooms>().EndAsync(id, "host_ended", CancellationToken.None);
        await guest.Client.WaitForAsync<RoomEnded>();
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => ending);
        await postgres.StartAsync();
        await Eventually.TrueAsync(() => !stage.Server.Service<RoomDirectory>().All.Any());
    }

    [Fact]
    public async Task A_revoked_user_does_not_come_back_while_the_database_is_away()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await using var stage = await Stage.AloneAsync(On(postgres));
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Otto");
        await stage.Server.Service<Features.Accounts.ISessionRevocation>().CloseUserAsync(guest.Who.User.Id, CancellationToken.None);
        Assert.Equal(4403, (await guest.Client.Closed).Code);

        await postgres.KillAsync();
        var again = await stage.ConnectAsync();
        Assert.Equal(ErrorCodes.Internal, Assert.IsType<Error>(await again.RequestAsync(new Register(guest.Who.Token))).Code);
    }

    private static ParleySetup On(PrivatePostgres postgres) => new()
    {
        Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Parley:Database:ConnectionString"] = postgres.ConnectionString },
    };

    private static async Task<HttpStatusCode> ReadinessAsync(Stage stage)
    {
        using var http = stage.Server.CreateClient();
        using var response = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return response.StatusCode;
    }

    private static string Forge(string token) => token[..^2] + (token[^2] == 'A' ? 'B' : 'A') + token[^1];

    private static IEnumerable<string?> Texts(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("text").GetString());
}
