// Who may be here: revoked users, tokens of other programs, presence (docs/protocol.md §1 and "Tokens of other programs").
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parley.Client;
using Parley.Protocol;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class AccessTests(SharedServers servers)
{
    private const string Secret = "a secret of more than thirty-two bytes, surely";

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_changed_password_closes_every_socket_with_4403_and_keeps_the_place_in_the_room(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync();
        var who = await stage.AccountAsync("Pat");
        var client = await stage.ConnectAsync(who);
        var joined = await client.RequestAsync<JoinedRoom>(new JoinRoom(host.Code));
        var idle = await stage.ConnectAsync(who);
        var change = JsonSerializer.SerializeToElement(new { current_password = "correct horse battery", new_password = "battery horse correct" });
        await stage.Rest.SendAsync(HttpMethod.Patch, "/api/users/me", who.Token, change);
        Assert.Equal(4403, (await client.Closed).Code);
        Assert.Equal(4403, (await idle.Closed).Code);
        await host.Client.WaitForAsync<ParticipantUpdated>(
            update => update.Participant.Id == joined.Room.Me && update.Participant.Connection == ConnectionState.Reconnecting);
        var again = await stage.ConnectAsync(who);
        var resumed = await again.RequestAsync<RoomResumed>(new ResumeRoom(host.Code, joined.Room.ResumeToken, client.LastSeq));
        Assert.Equal(joined.Room.Me, resumed.Room.Me);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_removed_user_leaves_the_room_and_every_socket_is_closed_with_4403(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Pat");
        var idle = await stage.ConnectAsync(guest.Who);
        await stage.Server.Service<Features.Accounts.ISessionRevocation>().RemoveUserAsync(guest.Who.User.Id, CancellationToken.None);
        Assert.Equal(4403, (await guest.Client.Closed).Code);
        Assert.Equal(4403, (await idle.Closed).Code);
        Assert.Equal(guest.Me, (await host.Client.WaitForAsync<ParticipantLeft>()).ParticipantId);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Accounts_are_online_while_a_connection_is_registered(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var name = $"Presence{Guid.NewGuid():N}"[..20];
        var (seeker, sought) = (await stage.AccountAsync("Seeker"), await stage.AccountAsync(name));
        Assert.False(await IsOnlineAsync(stage, seeker, name));
        var (first, second) = (await stage.ConnectAsync(sought), await stage.ConnectAsync(sought));
        Assert.True(await IsOnlineAsync(stage, seeker, name));
        first.Abort();
        Assert.True(await IsOnlineAsync(stage, seeker, name));
        await second.CloseAsync();
        await Eventually.TrueAsync(async () => !await IsOnlineAsync(stage, seeker, name));
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Another_programs_token_is_good_for_its_room_and_role_alone(TestDatabase database)
    {
        await using var stage = await Stage.AloneAsync(new ParleySetup
        {
            Database = database,
            Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Parley:Auth:ApiKeys:shop"] = Secret },
        });
        var owner = await stage.GuestAsync("Owner");
        var meeting = await stage.Rest.CreateMeetingAsync(owner.Token, new NewMeeting(Lobby: true));
        var other = await stage.Rest.CreateMeetingAsync(owner.Token, new NewMeeting(Lobby: false));
        var client = await stage.ConnectAsync();
        var registered = await client.RequestAsync<Registered>(new Register(Sign("u-1", meeting.Code, "host")));
        Assert.Equal("Shopper", registered.User.Name);
        Assert.Equal(ErrorCodes.Forbidden, Assert.IsType<Error>(await client.RequestAsync(new JoinRoom(other.Code))).Code);
        var joined = await client.RequestAsync<HostJoinedRoom>(new JoinRoom(meeting.Code));
        Assert.Equal(joined.Room.Me, joined.Room.HostId);
        var again = await stage.ConnectAsync();
        Assert.Equal(registered.User.Id, (await again.RequestAsync<Registered>(new Register(Sign("u-1", meeting.Code, null)))).User.Id);
        var forged = await stage.ConnectAsync();
        Assert.Equal(ErrorCodes.Unauthenticated, Assert.IsType<Error>(await forged.RequestAsync(new Register(Sign("u-1", meeting.Code, null) + "A"))).Code);
    }

    private static async Task<bool> IsOnlineAsync(Stage stage, SignedIn seeker, string name)
    {
        var found = await stage.Rest.SendAsync(HttpMethod.Get, $"/api/users?q={name}", seeker.Token);
        return Assert.Single(found.GetProperty("items").EnumerateArray()).GetProperty("online").GetBoolean();
    }

    private static string Sign(string subject, MeetingCode room, string? role)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["iss"] = "shop",
            ["sub"] = subject,
            ["aud"] = "parley",
            ["name"] = "Shopper",
            ["exp"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds(),
            ["room"] = room.ToString(),
        };
        if (role is not null)
            claims["role"] = role;
        var signed = $"{Base64Url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"u8.ToArray())}.{Base64Url(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{signed}.{Base64Url(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
