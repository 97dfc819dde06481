// The server's own end is one more drop: people come back by themselves, as they were (docs/protocol.md, close 4503).
using System.Text.Json;
using Parley.Client;
using Parley.Protocol;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class RestartTests
{
    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_drained_server_tells_everybody_when_to_come_back_and_takes_up_where_it_stopped(TestDatabase database)
    {
        await using var stage = await Stage.AloneAsync(new ParleySetup { Database = database });
        var host = await stage.HostAsync(new NewMeeting(Lobby: true));
        var guest = await AdmitAsync(stage, host, "Gina");
        var waiter = await stage.WaitAsync(host.Code, "Willy");
        await host.Client.RequestAsync<Ack>(new SetRole(guest.Me, ParticipantRole.Cohost));
        await guest.Client.RequestAsync<Ack>(new UpdateMedia(Mic: true));
        await guest.Client.RequestAsync<Ack>(new RaiseHand(true));
        await guest.Client.RequestAsync<ChatMessageFrom>(new ChatMessage("before", "c1"));
        await host.Client.WaitForAsync<ChatMessageFrom>();

        await stage.Server.RestartServerAsync();
        foreach (var client in new[] { host.Client, guest.Client, waiter.Client })
        {
            var close = await client.Closed;
            Assert.Equal(4503, close.Code);
            Assert.InRange(JsonDocument.Parse(close.Reason!).RootElement.GetProperty("retry_after").GetInt32(), 1, 5);
        }

        var (hostAgain, hostRoom) = await stage.ResumeAsync(host);
        var (guestAgain, guestRoom) = await stage.ResumeAsync(guest);
        var back = await (await stage.ConnectAsync(waiter.Who)).RequestAsync<WaitingRoom>(new ResumeRoom(host.Code, waiter.Waiting.ResumeToken, 0));
        Assert.Equal((waiter.Me, 1), (back.Me, back.Position));
        Assert.True(hostRoom.Room.Epoch > host.Room.Epoch);
        Assert.True(guestRoom.Room.Seq >= guest.Client.LastSeq);
        var me = guestRoom.Room.Participants.Single(participant => participant.Id == guest.Me);
        Assert.Equal((ParticipantRole.Cohost, true, false), (me.Role, me.Mic, me.Camera));
        Assert.NotNull(me.HandRaisedAt);
        Assert.Equal(host.Me, guestRoom.Room.HostId);

        var repeated = await guestAgain.RequestAsync<ChatMessageFrom>(new ChatMessage("before", "c1"));
        Assert.Equal("before", repeated.Text);
        var after = await guestAgain.RequestAsync<ChatMessageFrom>(new ChatMessage("after", "c2"));
        var heard = await hostAgain.WaitForAsync<ChatMessageFrom>(chat => chat.MessageId == after.MessageId);
        Assert.True(heard.Seq > host.Client.LastSeq);
        var history = await stage.Rest.SendAsync(HttpMethod.Get, $"/api/meetings/{host.Code}/messages", host.Who.Token);
        Assert.Equal(["after", "before"], history.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task A_draining_server_takes_no_new_connections()
    {
        var server = await ParleyFixture.StartAsync();
        var address = server.Address;
        await server.StopServerAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => RawWebSocket.OpenAsync(address));
        await server.DisposeAsync();
    }

    [Fact]
    public async Task An_ended_room_does_not_come_back()
    {
        await using var stage = await Stage.AloneAsync();
        var host = await stage.HostAsync();
        await host.Client.RequestAsync<Ack>(new EndRoom());
        await stage.Server.RestartServerAsync();
        var client = await stage.ConnectAsync(host.Who);
        Assert.Equal(ErrorCodes.MeetingEnded, Assert.IsType<Error>(await client.RequestAsync(new ResumeRoom(host.Code, host.Room.ResumeToken, 0))).Code);
    }

    private static async Task<Member> AdmitAsync(Stage stage, Member host, string name)
    {
        var waiter = await stage.WaitAsync(host.Code, name);
        await host.Client.RequestAsync<Ack>(new AcceptParticipant(new AdmissionTarget(waiter.Me)));
        var accepted = await waiter.Client.WaitForAsync<AcceptedIntoRoom>();
        return new Member(waiter.Who, waiter.Client, accepted.Room);
    }
}
