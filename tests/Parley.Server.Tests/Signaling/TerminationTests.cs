// SIGTERM to the real program: readiness falls, clients are told to move on, the process ends by itself, and its successor takes them up.
using System.Net;
using System.Text.Json;
using Parley.Client;
using Parley.Protocol;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class TerminationTests
{
    [Fact]
    public async Task Readiness_falls_first_and_until_the_drain_delay_is_over_old_and_new_sockets_are_served()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using var program = await ParleyProcess.StartAsync(settings: "--Parley:Http:DrainDelaySeconds=2");
        using var http = new HttpClient { BaseAddress = program.Address };
        var rest = new RestClient(http);
        var early = await rest.GuestAsync("Earl");
        var late = await rest.GuestAsync("Lara");
        await using var before = await SignalingClient.ConnectAsync(program.WebSocketAddress, early.Token);
        await program.SignalTerminationAsync();
        await Eventually.TrueAsync(async () =>
        {
            using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return ready.StatusCode == HttpStatusCode.ServiceUnavailable;
        });
        await before.RequestAsync<Pong>(new Ping());
        await using var during = await SignalingClient.ConnectAsync(program.WebSocketAddress, late.Token);
        await during.RequestAsync<Pong>(new Ping());
        foreach (var close in new[] { await before.Closed, await during.Closed })
        {
            Assert.Equal(4503, close.Code);
            Assert.InRange(JsonDocument.Parse(close.Reason!).RootElement.GetProperty("retry_after").GetInt32(), 1, 5);
        }

        Assert.Equal(0, await program.ExitAsync());
    }

    [Fact]
    public async Task A_terminated_server_sends_everybody_away_with_4503_and_exits_in_time_with_nothing_wrong()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using var program = await ParleyProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = program.Address };
        var rest = new RestClient(http);
        var (owner, visitor) = (await rest.GuestAsync("Olaf"), await rest.GuestAsync("Vera"));
        var meeting = await rest.CreateMeetingAsync(owner.Token, new NewMeeting(Lobby: false));
        await using var host = await SignalingClient.ConnectAsync(program.WebSocketAddress, owner.Token);
        await using var guest = await SignalingClient.ConnectAsync(program.WebSocketAddress, visitor.Token);
        var hostRoom = (await host.RequestAsync<HostJoinedRoom>(new JoinRoom(meeting.Code))).Room;
        var guestRoom = (await guest.RequestAsync<JoinedRoom>(new JoinRoom(meeting.Code))).Room;
        var chat = await guest.RequestAsync<ChatMessageFrom>(new ChatMessage("before", "c1"));

        // A peer that does not answer the close frame holds nobody up for longer than the drain may take.
        using var mute = await RawWebSocket.OpenAsync(program.Address);
        Assert.Equal(101, mute.Status);
        Assert.Equal(0, await program.TerminateAsync());
        foreach (var close in new[] { await host.Closed, await guest.Closed })
        {
            Assert.Equal(4503, close.Code);
            Assert.InRange(JsonDocument.Parse(close.Reason!).RootElement.GetProperty("retry_after").GetInt32(), 1, 5);
        }

        await program.StartAgainAsync();
        await using var guestAgain = await SignalingClient.ConnectAsync(program.WebSocketAddress, visitor.Token);
        var resumed = await guestAgain.RequestAsync<RoomResumed>(new ResumeRoom(meeting.Code, guestRoom.ResumeToken, guest.LastSeq));
        Assert.Equal((guestRoom.Me, hostRoom.Me), (resumed.Room.Me, resumed.Room.HostId));
        Assert.Equal(chat.MessageId, (await guestAgain.RequestAsync<ChatMessageFrom>(new ChatMessage("before", "c1"))).MessageId);
    }
}
