// What is done with frames that no well-behaved client sends (docs/protocol.md, "Close codes").
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Parley.Protocol;
using Parley.Server.Signaling;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class FramingTests(SharedServers servers)
{
    private static readonly string[] Garbage =
    [
        "", "{", "[]", "null", "42", "\"ping\"", "{\"type\":\"no_such_type\"}", "{\"type\":7}", "{\"id\":\"1\"}", "{\"type\":\"chat_message\",\"text\":[]}",
        "{\"type\":\"join_room\"}", "{\"type\":\"join_room\",\"code\":7}", new string('[', 10_000), "{\"type\":\"ping\"}}",
    ];

    public static TheoryData<byte[], string> Broken => new()
    {
        { RawWebSocket.Encode(2, [1, 2, 3]), "binary" },
        { RawWebSocket.Encode(1, [0xC3, 0x28]), "invalid UTF-8" },
        { RawWebSocket.Encode(1, "{}"u8, masked: false), "unmasked" },
        { RawWebSocket.Encode(3, []), "unknown opcode" },
        { [0xC1, 0x80, 0, 0, 0, 0], "reserved bit" },
        { RawWebSocket.Encode(9, [], final: false), "fragmented control frame" },
        { RawWebSocket.Encode(9, new byte[126]), "long control frame" },
        { RawWebSocket.Encode(0, "{}"u8), "continuation of nothing" },
        { [.. RawWebSocket.Encode(1, "{"u8, final: false), .. RawWebSocket.Encode(1, "}"u8)], "a message inside another" },
        { RawWebSocket.Encode(8, [3]), "a close frame of one byte" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Bytes_beyond_repair_are_closed_with_4400(byte[] bytes, string what)
    {
        var server = await servers.GetAsync(TestDatabase.Sqlite);
        using var socket = await RawWebSocket.OpenAsync(server.Address);
        await socket.SendBytesAsync(bytes);
        var close = await socket.ReceiveAsync();
        Assert.True(close is { Opcode: RawFrame.Close, CloseCode: 4400 }, what);
        await socket.SendAsync(RawFrame.Close, []);
        Assert.True(await socket.EndsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_above_256_KiB_is_told_so_and_closed_with_4400(bool fragmented)
    {
        var server = await servers.GetAsync(TestDatabase.Sqlite);
        using var socket = await RawWebSocket.OpenAsync(server.Address);
        var half = new byte[MessageLimits.FrameBytes / 2];
        Array.Fill(half, (byte)' ');
        var sending = fragmented
            ? socket.SendBytesAsync([.. RawWebSocket.Encode(1, half, final: false), .. RawWebSocket.Encode(0, half, final: false), .. RawWebSocket.Encode(0, "{"u8)])
            : socket.SendAsync(RawFrame.Text, [.. half, .. half, (byte)' ']);
        Assert.Contains("too_large", (await socket.ReceiveAsync()).AsText, StringComparison.Ordinal);
        Assert.Equal(4400, (await socket.ReceiveAsync()).CloseCode);
        await sending;
    }

    [Fact]
    public async Task A_message_of_256_KiB_is_read()
    {
        await using var stage = await Stage.OnAsync(servers, TestDatabase.Sqlite);
        var who = await stage.GuestAsync("Greta");
        var client = await stage.ConnectAsync(who);
        const string frame = "{\"type\":\"ping\",\"id\":\"big\",\"padding\":\"\"}";
        await client.SendRawAsync(frame.Replace("\"padding\":\"\"", $"\"padding\":\"{new string('x', MessageLimits.FrameBytes - frame.Length)}\"", StringComparison.Ordinal));
        await client.WaitForAsync<Pong>(pong => pong.Id == "big");
    }

    [Fact]
    public async Task Text_may_come_in_fragments_with_pings_between_and_split_anywhere()
    {
        var server = await servers.GetAsync(TestDatabase.Sqlite);
        using var socket = await RawWebSocket.OpenAsync(server.Address);
        var bytes = (byte[])
        [
            .. RawWebSocket.Encode(1, "{\"type\":\"no"u8, final: false), .. RawWebSocket.Encode(9, "here?"u8),
            .. RawWebSocket.Encode(0, "_such\",\"id\":"u8, final: false), .. RawWebSocket.Encode(0, "\"ä\"}"u8),
        ];
        foreach (var one in bytes)
            await socket.SendBytesAsync([one]);
        var pong = await socket.ReceiveAsync(RawFrame.Pong);
        Assert.Equal("here?", pong.AsText);
        var error = Assert.IsType<Error>(MessageCodec.DecodeServer((await socket.ReceiveAsync(RawFrame.Text)).Payload).Message);
        Assert.Equal((ErrorCodes.BadMessage, "ä"), (error.Code, error.Id));
    }

    [Fact]
    public async Task Garbage_is_answered_bad_message_and_keeps_the_connection()
    {
        await using var stage = await Stage.OnAsync(servers, TestDatabase.Sqlite);
        var client = await stage.ConnectAsync(await stage.GuestAsync("Gustav"));
        foreach (var garbage in Garbage)
        {
            await client.SendRawAsync(garbage);
            var error = await client.WaitForAsync<Error>();
            Assert.Equal(ErrorCodes.BadMessage, error.Code);
        }

        await client.RequestAsync<Pong>(new Ping());
    }

    [Theory]
    [InlineData("{\"type\":\"no_such_type\",\"id\":\"7\"}")]
    [InlineData("{\"id\":\"7\",\"type\":\"lock_room\",\"locked\":\"yes\"}")]
    public async Task An_error_carries_the_id_of_what_it_answers(string frame)
    {
        await using var stage = await Stage.OnAsync(servers, TestDatabase.Sqlite);
        var client = await stage.ConnectAsync(await stage.GuestAsync("Ida"));
        await client.SendRawAsync(frame);
        Assert.Equal("7", (await client.WaitForAsync<Error>()).Id);
    }

    [Fact]
    public async Task A_peer_that_closes_is_answered_and_let_go()
    {
        var server = await servers.GetAsync(TestDatabase.Sqlite);
        using var socket = await RawWebSocket.OpenAsync(server.Address);
        await socket.SendAsync(RawFrame.Close, [0x03, 0xE8]);
        Assert.Equal(1000, (await socket.ReceiveAsync(RawFrame.Close)).CloseCode);
        Assert.True(await socket.EndsAsync());
    }

    [Fact]
    public async Task Real_pings_go_out_and_pongs_count_as_life()
    {
        await using var stage = await Stage.AloneAsync(Fast());
        using var socket = await RawWebSocket.OpenAsync(stage.Server.Address);
        var who = await stage.GuestAsync("Pia");
        await socket.SendTextAsync(Encoding.UTF8.GetString(MessageCodec.Encode(new Register(who.Token))));
        for (var pings = 0; pings < 8; pings++)
        {
            var ping = await socket.ReceiveAsync(RawFrame.Ping);
            await socket.SendAsync(RawFrame.Pong, ping.Payload);
        }
    }

    [Fact]
    public async Task A_silent_peer_is_given_up_with_4408()
    {
        await using var stage = await Stage.AloneAsync(Fast());
        using var socket = await RawWebSocket.OpenAsync(stage.Server.Address);
        var who = await stage.GuestAsync("Silvia");
        await socket.SendTextAsync(Encoding.UTF8.GetString(MessageCodec.Encode(new Register(who.Token))));
        Assert.Equal(4408, (await socket.ReceiveAsync(RawFrame.Close)).CloseCode);
        Assert.True(await socket.EndsAsync());
    }

    private static ParleySetup Fast() => new()
    {
        Configure = builder => builder.Services.AddSingleton(new SignalingOptions
        {
            PingInterval = TimeSpan.FromMilliseconds(100),
            SilentAfter = TimeSpan.FromMilliseconds(500),
            SweepInterval = TimeSpan.FromMilliseconds(20),
            CloseLinger = TimeSpan.FromMilliseconds(200),
        }),
    };
}
