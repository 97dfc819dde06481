// A slow reader and a flooder hurt only themselves (docs/protocol.md, "Limits on by default").
using Microsoft.Extensions.DependencyInjection;
using Parley.Client;
using Parley.Protocol;
using Parley.Server.Signaling;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class LimitTests
{
    [Fact]
    public async Task A_flooder_is_refused_twice_and_then_closed_with_4429()
    {
        await using var stage = await Stage.AloneAsync(new ParleySetup
        {
            Clock = new ManualClock(), // stands still, so that nothing is filled up again
            Configure = builder => builder.Services.AddSingleton(new SignalingOptions { MessageBurst = 20 }),
        });
        var client = await stage.ConnectAsync(await stage.GuestAsync("Flo"));
        for (var i = 0; i < 30; i++)
        {
            try
            {
                await client.SendAsync(new Ping { Id = $"p{i}" });
            }
            catch (System.Net.WebSockets.WebSocketException)
            {
                break;
            }
        }

        Assert.Equal(4429, (await client.Closed).Code);
        var received = client.Pending();
        Assert.Equal(19, received.Count(message => message is Pong));
        var refusals = received.OfType<Error>().ToList();
        Assert.Equal(2, refusals.Count);
        Assert.All(refusals, refusal => Assert.Equal(ErrorCodes.RateLimited, refusal.Code));
        Assert.All(refusals, refusal => Assert.NotNull(refusal.Id));
    }

    [Fact]
    public async Task By_default_200_messages_at_once_pass_and_many_more_do_not()
    {
        await using var stage = await Stage.AloneAsync(new ParleySetup { Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Parley:RateLimiting:Enabled"] = "true" } });
        var client = await stage.ConnectAsync(await stage.GuestAsync("Flora"));
        for (var i = 0; i < 190; i++)
            await client.SendAsync(new Ping { Id = $"p{i}" });
        await client.WaitForAsync<Pong>(pong => pong.Id == "p189");
        for (var i = 0; i < 2000 && !client.Closed.IsCompleted; i++)
        {
            try
            {
                await client.SendAsync(new Ping());
            }
            catch (System.Net.WebSockets.WebSocketException)
            {
                break;
            }
        }

        Assert.Equal(4429, (await client.Closed).Code);
    }

    [Fact]
    public async Task A_slow_reader_is_dropped_with_4508_and_delays_nobody()
    {
        await using var stage = await Stage.AloneAsync();
        var host = await stage.HostAsync();
        var quick = await stage.JoinAsync(host.Code, "Quick");
        var who = await stage.GuestAsync("Slow");
        using var slow = await RawWebSocket.OpenAsync(stage.Server.Address);
        await slow.SendAsync(RawFrame.Text, MessageCodec.Encode(new Register(who.Token)));
        await slow.SendAsync(RawFrame.Text, MessageCodec.Encode(new JoinRoom(host.Code)));
        var joined = await host.Client.WaitForAsync<NewParticipant>(joined => joined.Participant.Name == "Slow");

        // From here on it reads nothing, while more is sent to the room than sockets and queue can hold.
        var payload = new RawJson([(byte)'"', .. Enumerable.Repeat((byte)'x', 15_000), (byte)'"']);
        var sent = 0;
        ParticipantUpdated? dropped = null;
        while (dropped is null && sent < 4000)
        {
            await host.Client.RequestAsync<Ack>(new DataMessage(payload));
            await quick.Client.WaitForAsync<DataMessageFrom>();
            sent++;
            dropped = host.Client.Pending().OfType<ParticipantUpdated>().FirstOrDefault(updated =>
                updated.Participant.Id == joined.Participant.Id && updated.Participant.Connection == ConnectionState.Reconnecting);
        }

        Assert.NotNull(dropped);
        Assert.Equal(4508, (await slow.ReceiveAsync(RawFrame.Close)).CloseCode);
        await quick.Client.RequestAsync<Pong>(new Ping());
    }

    [Fact]
    public async Task A_flood_of_pings_is_closed_with_4429()
    {
        await using var stage = await Stage.AloneAsync(new ParleySetup
        {
            Clock = new ManualClock(), // stands still, so that nothing is filled up again
            Configure = builder => builder.Services.AddSingleton(new SignalingOptions { MessageBurst = 20 }),
        });
        using var socket = await RawWebSocket.OpenAsync(stage.Server.Address);
        for (var i = 0; i < 25; i++)
            await socket.SendAsync(RawFrame.Ping, []);
        Assert.Equal(4429, (await socket.ReceiveAsync(RawFrame.Close)).CloseCode);
    }
}
