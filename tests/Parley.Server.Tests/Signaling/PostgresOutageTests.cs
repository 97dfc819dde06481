// PostgreSQL is killed in the middle of a call: people go on, come back, and everything is stored when it is there again.
using System.Net;
using System.Text.Json;
using Parley.Data.Tests;
using Parley.Protocol;
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
