// register: the first message, its refusals, and the fresh token (docs/protocol.md §2).
using Microsoft.Extensions.DependencyInjection;
using Parley.Client;
using Parley.Protocol;
using Parley.Server.Features.Accounts;
using Parley.Server.Features.Auth;
using Parley.Server.Signaling;
using Parley.Server.Signaling.Transport;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class RegisterTests(SharedServers servers)
{
    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_valid_token_is_answered_registered(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var who = await stage.GuestAsync("Rita");
        var client = await stage.ConnectAsync();
        var registered = await client.RequestAsync<Registered>(new Register(who.Token));
        Assert.Equal((who.User.Id, "Rita", true, 15), (registered.User.Id, registered.User.Name, registered.User.Guest, registered.HeartbeatSeconds));
        Assert.NotNull(registered.IceServers);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_bad_token_is_told_so_and_closed_with_4401(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var client = await stage.ConnectAsync();
        var error = Assert.IsType<Error>(await client.RequestAsync(new Register("not.a.token")));
        Assert.Equal(ErrorCodes.Unauthenticated, error.Code);
        Assert.Equal(4401, (await client.Closed).Code);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Any_other_first_message_is_told_so_and_closed_with_4401(TestDatabase database)
    {
        foreach (var first in new ClientMessage[] { new Ping(), new LeaveRoom(), new JoinRoom(default), new Invite(default) })
        {
            await using var stage = await Stage.OnAsync(servers, database);
            var client = await stage.ConnectAsync();
            if (first is JoinRoom)
                await client.SendRawAsync("{\"type\":\"join_room\",\"code\":\"abc-defg-hij\"}");
            else
                await client.SendAsync(first);
            Assert.Equal(ErrorCodes.Unauthenticated, (await client.WaitForAsync<Error>()).Code);
            Assert.Equal(4401, (await client.Closed).Code);
        }
    }

    [Fact]
    public async Task Who_does_not_register_in_time_is_told_so_and_closed_with_4401()
    {
        await using var stage = await Stage.AloneAsync(new ParleySetup
        {
            Configure = builder => builder.Services.AddSingleton(new SignalingOptions
            {
                RegisterWithin = TimeSpan.FromMilliseconds(200),
                SweepInterval = TimeSpan.FromMilliseconds(20),
            }),
        });
        var client = await stage.ConnectAsync();
        Assert.Equal(ErrorCodes.Unauthenticated, (await client.WaitForAsync<Error>()).Code);
        Assert.Equal(4401, (await client.Closed).Code);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_fresh_token_of_the_same_user_is_taken_and_another_users_is_forbidden(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var who = await stage.GuestAsync("Rosa");
        var other = await stage.GuestAsync("Olga");
        var client = await stage.ConnectAsync(who);
        await client.RequestAsync<Registered>(new Register(who.Token));
        var error = Assert.IsType<Error>(await client.RequestAsync(new Register(other.Token)));
        Assert.Equal(ErrorCodes.Forbidden, error.Code);
        await client.RequestAsync<Pong>(new Ping());
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_bad_token_later_ends_the_connection_too(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var client = await stage.ConnectAsync(await stage.GuestAsync("Rolf"));
        await client.SendAsync(new Register("expired"));
        Assert.Equal(4401, (await client.Closed).Code);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Ping_is_answered_with_the_servers_time(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var client = await stage.ConnectAsync(await stage.GuestAsync("Timo"));
        var pong = await client.RequestAsync<Pong>(new Ping());
        Assert.InRange(pong.ServerTime, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task Who_is_sent_away_while_their_token_is_looked_up_does_not_stay_online()
    {
        var answered = new TaskCompletionSource();
        await using var stage = await Stage.AloneAsync(new ParleySetup
        {
            Configure = builder =>
            {
                builder.Services.AddSingleton(new SignalingOptions { RegisterWithin = TimeSpan.FromMilliseconds(200), SweepInterval = TimeSpan.FromMilliseconds(20) });
                builder.Services.AddSingleton<ITokenVerifier>(provider => new SlowVerifier(ActivatorUtilities.CreateInstance<TokenVerifier>(provider), answered.Task));
            },
        });
        var who = await stage.GuestAsync("Rudi");
        var client = await stage.ConnectAsync();
        await client.SendAsync(new Register(who.Token));
        Assert.Equal(4401, (await client.Closed).Code);

        answered.SetResult();
        await Eventually.TrueAsync(() => stage.Server.Service<ConnectionTable>().Count == 0);
        Assert.False(stage.Server.Service<IPresence>().IsOnline(who.User.Id));
    }

    /// <summary>Says what the real one says, when the test lets it.</summary>
    private sealed class SlowVerifier(ITokenVerifier inner, Task answered) : ITokenVerifier
    {
        public ValueTask<TokenVerdict> VerifyAsync(string token, CancellationToken cancellation) => inner.VerifyAsync(token, cancellation);

        public async ValueTask<TokenVerdict> VerifyAsync(string token, Func<TokenSubject, Principal?> lastKnown, CancellationToken cancellation)
        {
            await answered;
            return await inner.VerifyAsync(token, lastKnown, cancellation);
        }
    }
}
