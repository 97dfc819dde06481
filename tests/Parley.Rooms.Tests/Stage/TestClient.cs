// A client of a staged room: keeps what a careful client keeps, and everything it was sent.
using Parley.Protocol;

namespace Parley.Rooms.Tests;

internal sealed class TestClient(Stage stage, ConnectionId connection, UserIdentity user)
{
    private int _requests;

    public ConnectionId Connection => connection;

    public UserIdentity User => user;

    public List<ServerMessage> Inbox { get; } = [];

    public CloseCode? Closed { get; set; }

    /// <summary>The socket is there for the server, yet nothing arrives any more: answers are lost after they were sent.</summary>
    public bool Deaf { get; set; }

    public bool Dropped { get; set; }

    /// <summary>Called at the moment a message arrives.</summary>
    public Action<ServerMessage>? Heard { get; set; }

    /// <summary>What the transport has bound this connection to.</summary>
    public ParticipantId? Bound { get; set; }

    public ParticipantId Me { get; private set; }

    public string? Token { get; private set; }

    public long LastSeq { get; private set; }

    public RoomView? Room { get; private set; }

    public ServerMessage? Send(ClientMessage message)
    {
        var id = $"{connection.Value}-{++_requests}";
        stage.Route(this, message with { Id = id });
        return Inbox.Find(m => m.Id == id);
    }

    public ServerMessage? Join(string? clientId = null, MediaState? media = null, string? displayName = null, bool password = true)
    {
        var id = $"{connection.Value}-{++_requests}";
        var request = new JoinRoom(stage.Meeting.Code, null, clientId, media, displayName) { Id = id };
        stage.Post(new EnterRoom(connection, user, request, PasswordVerified: password));
        return Inbox.Find(m => m.Id == id);
    }

    public ServerMessage? Invited(EntryPass pass, string clientId = "call")
    {
        var id = $"{connection.Value}-{++_requests}";
        stage.Post(new EnterRoom(connection, user, new JoinRoom(stage.Meeting.Code, ClientId: clientId) { Id = id }, pass, EntryReply.Invitation));
        return Inbox.Find(m => m.Id == id);
    }

    /// <summary>Comes back by a new socket with what this one knew.</summary>
    public (TestClient Client, ServerMessage? Answer) Resume(string? token = null, long? lastSeq = null)
    {
        var next = stage.Connect(user);
        next.Me = Me;
        next.Token = token ?? Token;
        next.LastSeq = lastSeq ?? LastSeq;
        var answer = next.Send(new ResumeRoom(stage.Meeting.Code, next.Token ?? "none", next.LastSeq));
        return (next, answer);
    }

    public void Drop()
    {
        Dropped = true;
        stage.Lose(this);
    }

    public T Last<T>()
        where T : ServerMessage => Inbox.OfType<T>().Last();

    public IReadOnlyList<T> All<T>()
        where T : ServerMessage => [.. Inbox.OfType<T>()];

    public void Receive(ServerMessage message)
    {
        if (Deaf || Dropped)
            return;
        Inbox.Add(message);
        Heard?.Invoke(message);

        // Whoever reads their last word may go into another room by this connection at once.
        if (message is RoomEnded or RemovedFromRoom or DeclinedFromRoom { Id: null })
            Assert.Null(Bound);
        if (message.Seq is { } seq)
            LastSeq = Math.Max(LastSeq, seq);
        switch (message)
        {
            case WaitingRoom waiting:
                (Me, Token) = (waiting.Me, waiting.ResumeToken);
                break;
            case HostJoinedRoom m:
                Learn(m.Room);
                break;
            case JoinedRoom m:
                Learn(m.Room);
                break;
            case AcceptedIntoRoom m:
                Learn(m.Room);
                break;
            case RoomResumed m:
                Learn(m.Room);
                break;
            case RoomCreated m:
                Learn(m.Room);
                break;
        }
    }

    private void Learn(RoomView room)
    {
        (Me, Token, Room) = (room.Me, room.ResumeToken, room);
        LastSeq = Math.Max(LastSeq, room.Seq);
    }
}
