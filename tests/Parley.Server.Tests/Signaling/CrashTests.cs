// kill -9 in the middle of a meeting: what was acknowledged is there, everybody comes back, nobody twice.
using Parley.Client;
using Parley.Protocol;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class CrashTests
{
    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task After_kill_9_everybody_resumes_with_roles_media_and_chat_as_they_were(TestDatabase database)
    {
        await using var program = await ParleyProcess.StartAsync(database);
        using var http = new HttpClient { BaseAddress = program.Address };
        var rest = new RestClient(http);
        var (owner, visitor, asker) = (await rest.GuestAsync("Olaf"), await rest.GuestAsync("Vera"), await rest.GuestAsync("Wolf"));
        var meeting = await rest.CreateMeetingAsync(owner.Token, new NewMeeting(Lobby: true));
        await using var host = await SignalingClient.ConnectAsync(program.WebSocketAddress, owner.Token);
        await using var guest = await SignalingClient.ConnectAsync(program.WebSocketAddress, visitor.Token);
        await using var waiter = await SignalingClient.ConnectAsync(program.WebSocketAddress, asker.Token);
        var hostRoom = (await host.RequestAsync<HostJoinedRoom>(new JoinRoom(meeting.Code))).Room;
        await guest.RequestAsync<WaitingRoom>(new JoinRoom(meeting.Code, Media: new MediaState(Mic: true)));
        await host.RequestAsync<Ack>(new AcceptParticipant(AdmissionTarget.All));
        var guestRoom = (await guest.WaitForAsync<AcceptedIntoRoom>()).Room;
        await host.RequestAsync<Ack>(new SetRole(guestRoom.Me, ParticipantRole.Cohost));
        await guest.RequestAsync<Ack>(new UpdateMedia(Camera: true));
        var waiting = await waiter.RequestAsync<WaitingRoom>(new JoinRoom(meeting.Code));
        var acknowledged = new List<string>();
        for (var i = 0; i < 50; i++)
            acknowledged.Add((await guest.RequestAsync<ChatMessageFrom>(new ChatMessage($"message {i}", $"c{i}"))).MessageId.ToString());

        // Some more are under way, acknowledged or not, when the process dies.
        var underWay = Enumerable.Range(50, 20).Select(i => guest.RequestAsync(new ChatMessage($"message {i}", $"c{i}"))).ToList();
        await program.KillAsync();
        foreach (var request in underWay)
        {
            try
            {
                if (await request is ChatMessageFrom chat)
                    acknowledged.Add(chat.MessageId.ToString());
            }
            catch (Exception exception) when (exception is SignalingException or System.Net.WebSockets.WebSocketException or IOException)
            {
                // Not acknowledged: the client sends it again below.
            }
        }

        await program.StartAgainAsync();
        await using var hostAgain = await SignalingClient.ConnectAsync(program.WebSocketAddress, owner.Token);
        await using var guestAgain = await SignalingClient.ConnectAsync(program.WebSocketAddress, visitor.Token);
        await using var waiterAgain = await SignalingClient.ConnectAsync(program.WebSocketAddress, asker.Token);
        var hostResumed = await hostAgain.RequestAsync<RoomResumed>(new ResumeRoom(meeting.Code, hostRoom.ResumeToken, host.LastSeq));
        var guestResumed = await guestAgain.RequestAsync<RoomResumed>(new ResumeRoom(meeting.Code, guestRoom.ResumeToken, guest.LastSeq));
        var stillWaiting = await waiterAgain.RequestAsync<WaitingRoom>(new ResumeRoom(meeting.Code, waiting.ResumeToken, 0));
        Assert.Equal((waiting.Me, 1), (stillWaiting.Me, stillWaiting.Position));
        Assert.True(guestResumed.Room.Epoch > guestRoom.Epoch);
        Assert.True(guestResumed.Room.Seq >= guest.LastSeq);
        Assert.Equal(hostRoom.Me, guestResumed.Room.HostId);
        Assert.Equal(2, guestResumed.Room.Participants.Count);
        var me = guestResumed.Room.Participants.Single(participant => participant.Id == guestRoom.Me);
        Assert.Equal((ParticipantRole.Cohost, true, true, false), (me.Role, me.Mic, me.Camera, me.Screen));
        Assert.Single(hostResumed.Room.Waiting);

        for (var i = 0; i < 70; i++)
            await guestAgain.RequestAsync<ChatMessageFrom>(new ChatMessage($"message {i}", $"c{i}"));
        var history = await rest.SendAsync(HttpMethod.Get, $"/api/meetings/{meeting.Code}/messages?limit=100", owner.Token);
        var items = history.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(0, 70).Select(i => $"message {i}").Order(StringComparer.Ordinal), items.Select(item => item.GetProperty("text").GetString()!).Order(StringComparer.Ordinal));
        Assert.Subset(items.Select(item => item.GetProperty("message_id").GetString()!).ToHashSet(StringComparer.Ordinal), acknowledged.ToHashSet(StringComparer.Ordinal));
    }
}
