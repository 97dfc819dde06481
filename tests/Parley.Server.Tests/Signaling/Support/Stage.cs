// People, meetings and connections of one test, all gone with it.
using Parley.Client;
using Parley.Protocol;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Signaling.Support;

/// <summary>A test's own world on a server.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly List<SignalingClient> _clients = [];
    private readonly HttpClient _http;
    private readonly ParleyFixture? _owned;

    private Stage(ParleyFixture server, bool owned)
    {
        Server = server;
        _owned = owned ? server : null;
        _http = server.CreateClient();
        Rest = new RestClient(_http);
    }

    public ParleyFixture Server { get; }

    public RestClient Rest { get; }

    /// <summary>On a server that other tests use too.</summary>
    public static async Task<Stage> OnAsync(SharedServers servers, TestDatabase database) => new(await servers.GetAsync(database), owned: false);

    /// <summary>On a server of its own.</summary>
    public static async Task<Stage> AloneAsync(ParleySetup? setup = null) => new(await ParleyFixture.StartAsync(setup), owned: true);

    public Task<SignedIn> GuestAsync(string name) => Rest.GuestAsync(name);

    public Task<SignedIn> AccountAsync(string name) =>
        Rest.SignUpAsync($"{name}-{Guid.NewGuid():N}@example.org".ToLowerInvariant(), name, "correct horse battery");

    /// <summary>A connection that has not registered.</summary>
    public async Task<SignalingClient> ConnectAsync(SignalingClientOptions? options = null)
    {
        var client = await SignalingClient.ConnectAsync(Server.WebSocketAddress, options);
        lock (_clients)
            _clients.Add(client);
        return client;
    }

    /// <summary>A registered connection.</summary>
    public async Task<SignalingClient> ConnectAsync(SignedIn who)
    {
        var client = await ConnectAsync();
        await client.RequestAsync<Registered>(new Register(who.Token));
        return client;
    }

    /// <summary>A meeting by a new guest, who is in it as host.</summary>
    public async Task<Member> HostAsync(NewMeeting? meeting = null, string name = "Hanna")
    {
        var who = await GuestAsync(name);
        var made = await Rest.CreateMeetingAsync(who.Token, meeting ?? new NewMeeting(Lobby: false));
        var client = await ConnectAsync(who);
        var joined = await client.RequestAsync<HostJoinedRoom>(new JoinRoom(made.Code, ClientId: Guid.NewGuid().ToString()));
        return new Member(who, client, joined.Room);
    }

    /// <summary>A new guest who comes into a room without a lobby.</summary>
    public async Task<Member> JoinAsync(MeetingCode code, string name)
    {
        var who = await GuestAsync(name);
        var client = await ConnectAsync(who);
        var joined = await client.RequestAsync<JoinedRoom>(new JoinRoom(code, ClientId: Guid.NewGuid().ToString()));
        return new Member(who, client, joined.Room);
    }

    /// <summary>A new guest who waits.</summary>
    public async Task<Waiter> WaitAsync(MeetingCode code, string name)
    {
        var who = await GuestAsync(name);
        var client = await ConnectAsync(who);
        var waiting = await client.RequestAsync<WaitingRoom>(new JoinRoom(code, ClientId: Guid.NewGuid().ToString()));
        return new Waiter(who, client, waiting);
    }

    /// <summary>A new connection of a member, resumed.</summary>
    public async Task<(SignalingClient Client, RoomResumed Resumed)> ResumeAsync(Member member, long? lastSeq = null)
    {
        var client = await ConnectAsync(member.Who);
        var resumed = await client.RequestAsync<RoomResumed>(new ResumeRoom(member.Code, member.Room.ResumeToken, lastSeq ?? member.Client.LastSeq));
        return (client, resumed);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        _http.Dispose();
        if (_owned is not null)
            await _owned.DisposeAsync();
    }
}

/// <summary>Somebody in a room.</summary>
internal sealed record Member(SignedIn Who, SignalingClient Client, RoomView Room)
{
    public ParticipantId Me => Room.Me;

    public MeetingCode Code => Room.Code;
}

/// <summary>Somebody in the waiting room.</summary>
internal sealed record Waiter(SignedIn Who, SignalingClient Client, WaitingRoom Waiting)
{
    public ParticipantId Me => Waiting.Me;
}
