// A room in virtual time with a transport and a store around it; commits settle at once, later, or never, as the test wants.
using Parley.Protocol;

namespace Parley.Rooms.Tests;

internal enum CommitMode
{
    AtOnce,
    Held,
    Failing,
}

internal sealed class Stage : IRoomEffects
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    public static readonly UserIdentity Owner = Account(1, "Olga");

    private readonly Dictionary<ParticipantId, TestClient> _bound = [];
    private readonly Dictionary<ConnectionId, TestClient> _clients = [];
    private readonly SeededEntropy _entropy;
    private RoomCommit? _commit;
    private long _connections;

    public Stage(bool lobby = true, int max = 100, MeetingKind kind = MeetingKind.Video, RoomOptions? options = null, int seed = 1)
    {
        _entropy = new SeededEntropy(seed);
        Options = options ?? new RoomOptions();
        _ = MeetingCode.TryParse("abcdefghij", out var code);
        Meeting = new MeetingSettings(new MeetingId(new Guid(9, 0, 0, new byte[8])), code, "Weekly", kind, Owner.Id, lobby, max, Start);
        Room = Room.Create(Meeting, Options, _entropy, Now);
    }

    public DateTimeOffset Now { get; private set; } = Start;

    public RoomOptions Options { get; }

    public MeetingSettings Meeting { get; private set; }

    public Room Room { get; private set; }

    public MemoryRoomStore Store { get; } = new();

    public CommitMode Mode { get; set; }

    public bool Over { get; private set; }

    public List<RoomAudit> Audits { get; } = [];

    public List<RoomMeasure> Measures { get; } = [];

    public List<UserId?> EndedStreams { get; } = [];

    public List<(UserIdentity Inviter, EntryPass Pass)> Rings { get; } = [];

    public RoomCommit? Pending => _commit;

    public static UserIdentity Account(int number, string name) => new(User(number), name, UserKind.Account);

    public static UserIdentity Guest(int number, string name) => new(User(number), name, UserKind.Guest);

    public static UserId User(int number) => new(new Guid(number, 0, 0, new byte[8]));

    public TestClient Connect(UserIdentity user)
    {
        var client = new TestClient(this, new ConnectionId(++_connections), user);
        _clients.Add(client.Connection, client);
        return client;
    }

    public TestClient Joined(UserIdentity user, string? clientId = null)
    {
        var client = Connect(user);
        Assert.True(client.Join(clientId ?? $"c{client.Connection.Value}") is HostJoinedRoom or JoinedRoom, "The join was not answered by an entry.");
        return client;
    }

    public TestClient Waits(UserIdentity user, string? clientId = null)
    {
        var client = Connect(user);
        Assert.IsType<WaitingRoom>(client.Join(clientId ?? $"c{client.Connection.Value}"));
        return client;
    }

    public void Route(TestClient from, ClientMessage message)
    {
        if (message is ResumeRoom resume)
            Post(new ResumePresence(from.Connection, from.User, resume));
        else if (from.Bound is { } participant)
            Post(new ParticipantMessage(from.Connection, participant, message));
        else
            from.Receive(new Error(ErrorCodes.NotInRoom, "This connection is in no room.") { Id = message.Id });
    }

    public void Post(RoomCommand command)
    {
        if (Over)
            return;
        Room.Handle(command, Now, this);
        if (Mode == CommitMode.Held)
            return;
        while (_commit is not null && Mode != CommitMode.Held)
            Settle(Mode == CommitMode.AtOnce);
    }

    public void Settle(bool stored)
    {
        var commit = _commit ?? throw new InvalidOperationException("No commit is under way.");
        _commit = null;
        Room.Handle(new CommitSettled(commit.Version, stored ? Store.Store(commit) : null), Now, this);
    }

    /// <summary>The commit under way reaches the disk, but the answer is not heard yet.</summary>
    public RoomCommitResult StoreUnheard() => Store.Store(_commit ?? throw new InvalidOperationException("No commit is under way."));

    public void Change(MeetingSettings settings)
    {
        Meeting = settings;
        Post(new SettingsChanged(settings));
    }

    public void Advance(TimeSpan time)
    {
        var until = Now + time;
        for (var turns = 0; !Over && Room.NextDeadline is { } deadline && deadline.At <= until; turns++)
        {
            Assert.True(turns < 10_000, $"A deadline does not go away: {deadline}.");
            if (deadline.At > Now)
                Now = deadline.At;
            Post(new DeadlineDue());
        }

        Now = until;
    }

    public void Lose(TestClient client)
    {
        if (client.Bound is not { } participant)
            return;
        _ = _bound.Remove(participant);
        client.Bound = null;
        Post(new ConnectionLost(client.Connection, participant));
    }

    /// <summary>kill -9 and a new start: every socket is gone, and nothing is left but what was stored.</summary>
    public void Restart(TimeSpan away = default)
    {
        foreach (var client in _clients.Values)
        {
            client.Bound = null;
            client.Dropped = true;
        }

        _bound.Clear();
        _commit = null;
        Now += away;
        Room = Room.Restore(Store.Load(), Options, _entropy, Now);
        Post(new DeadlineDue());
    }

    public ParticipantSnapshot Snap(TestClient client) => Room.Snapshot().Participants.Single(p => p.Id == client.Me);

    void IRoomOutlet.Attach(ParticipantId participant, ConnectionId connection)
    {
        var client = _clients[connection];
        if (client.Bound is { } older)
            _ = _bound.Remove(older);
        client.Bound = participant;
        _bound[participant] = client;
    }

    void IRoomOutlet.Detach(ParticipantId participant, ConnectionId connection)
    {
        if (_clients[connection].Bound != participant)
            return;
        _clients[connection].Bound = null;
        _ = _bound.Remove(participant);
    }

    void IRoomOutlet.Reply(ConnectionId connection, ServerMessage message) => _clients[connection].Receive(Wire(MessageCodec.Encode(message)));

    void IRoomOutlet.Send(ParticipantId participant, ReadOnlyMemory<byte> utf8)
    {
        if (_bound.TryGetValue(participant, out var client))
            client.Receive(Wire(utf8.Span));
    }

    void IRoomOutlet.Close(ConnectionId connection, CloseCode code, string reason)
    {
        _clients[connection].Closed = code;
        _clients[connection].Dropped = true;
    }

    void IRoomEffects.Commit(RoomCommit commit)
    {
        Assert.Null(_commit);
        _commit = commit;
    }

    void IRoomOutlet.Ring(ConnectionId connection, UserIdentity inviter, EntryPass pass, Invite request)
    {
        Rings.Add((inviter, pass));
        _clients[connection].Receive(new InvitationSent(default, Meeting.Code) { Id = request.Id });
    }

    void IRoomOutlet.EndStreams(UserId? user) => EndedStreams.Add(user);

    void IRoomOutlet.Audit(RoomAudit entry) => Audits.Add(entry);

    void IRoomOutlet.Measure(RoomMeasure measure) => Measures.Add(measure);

    void IRoomOutlet.Ended() => Over = true;

    void IRoomOutlet.Broke() => throw new NotSupportedException();

    void IRoomOutlet.Undelivered(RoomCommand command) => throw new NotSupportedException();

    private static ServerMessage Wire(ReadOnlySpan<byte> utf8)
    {
        var decoded = MessageCodec.DecodeServer(utf8);
        return decoded.Message ?? throw new InvalidOperationException(decoded.Fault?.Message);
    }
}
