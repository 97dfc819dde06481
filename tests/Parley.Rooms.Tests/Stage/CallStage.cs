// An invitation book in virtual time, with tabs, a store and a maker of meetings around it.
using Parley.Protocol;

namespace Parley.Rooms.Tests;

internal sealed record Tab(ConnectionId Connection, UserIdentity User)
{
    public List<ServerMessage> Inbox { get; } = [];

    public T Last<T>()
        where T : ServerMessage => Inbox.OfType<T>().Last();
}

internal sealed class CallStage : IInvitationEffects
{
    private readonly List<Tab> _tabs = [];
    private readonly SeededEntropy _entropy = new(7);
    private readonly List<long> _open = [];
    private long _connections;

    public CallStage() => Book = new InvitationBook(Options, _entropy);

    public DateTimeOffset Now { get; private set; } = Stage.Start;

    public InvitationOptions Options { get; } = new();

    public InvitationBook Book { get; private set; }

    public bool HoldStores { get; set; }

    public Dictionary<InvitationId, InvitationRecord> Stored { get; } = [];

    public List<UnansweredCall> Unanswered { get; } = [];

    public List<(InvitationId Invitation, ConnectionId Connection)> Making { get; } = [];

    public List<EnterRoom> Entries { get; } = [];

    /// <summary>Entries of who took a call that the room has not answered yet.</summary>
    public List<(InvitationId Invitation, ConnectionId Connection)> Entering { get; } = [];

    /// <summary>Rooms answer when the test says so; else they let everybody in at once.</summary>
    public bool HoldEntries { get; set; }

    public static MeetingSettings Meeting(string letters)
    {
        _ = MeetingCode.TryParse(letters, out var code);
        return new MeetingSettings(new MeetingId(new Guid(8, 0, 0, new byte[8])), code, null, MeetingKind.Video, Stage.Owner.Id, true, 100, Stage.Start);
    }

    public Tab Open(UserIdentity user)
    {
        var tab = new Tab(new ConnectionId(++_connections), user);
        _tabs.Add(tab);
        Post(new UserConnected(tab.Connection, user));
        return tab;
    }

    public void Shut(Tab tab)
    {
        _ = _tabs.Remove(tab);
        Post(new UserDisconnected(tab.Connection, tab.User.Id));
    }

    public ServerMessage? Ring(Tab from, UserIdentity whom, string? clientId = null, MeetingSettings? room = null, EntryPass pass = EntryPass.None) =>
        Answer(from, id => new RingUser(
            from.Connection,
            from.User,
            new Invite(whom.Id, ClientId: clientId) { Id = id },
            _tabs.Exists(t => t.User.Id == whom.Id && t.User.Kind == UserKind.Account),
            room,
            pass));

    public ServerMessage? Take(Tab tab, InvitationId call) => Take(tab, call, null);

    public ServerMessage? Take(Tab tab, InvitationId call, MeetingSettings? here) =>
        Answer(tab, id => new TakeCall(tab.Connection, tab.User, new AcceptInvitation(call) { Id = id }, here?.Code));

    public ServerMessage? Refuse(Tab tab, InvitationId call) => Answer(tab, id => new RefuseCall(tab.Connection, tab.User, new DeclineInvitation(call) { Id = id }));

    public ServerMessage? Stop(Tab tab, InvitationId call) => Answer(tab, id => new StopCall(tab.Connection, tab.User, new CancelInvitation(call) { Id = id }));

    public void Post(InvitationCommand command)
    {
        Book.Handle(command, Now, this);
        while ((!HoldStores && _open.Count > 0) || (!HoldEntries && Entering.Count > 0))
        {
            if (!HoldStores && _open.Count > 0)
                Settle();
            else
                Decide(null);
        }
    }

    /// <summary>A room answers the first entry that waits for it.</summary>
    public void Decide(string? fault, int index = 0)
    {
        var (invitation, connection) = Entering[index];
        Entering.RemoveAt(index);
        Post(new EntryDecided(invitation, connection, fault));
    }

    public void Settle()
    {
        var ticket = _open[0];
        _open.RemoveAt(0);
        Book.Handle(new InvitationStored(ticket), Now, this);
    }

    public void Advance(TimeSpan time)
    {
        var until = Now + time;
        for (var turns = 0; Book.NextDeadline is { } deadline && deadline.At <= until; turns++)
        {
            Assert.True(turns < 1000, $"A deadline does not go away: {deadline}.");
            Now = deadline.At > Now ? deadline.At : Now;
            Post(new InvitationDeadlineDue());
        }

        Now = until;
    }

    public void Restart()
    {
        _tabs.Clear();
        _open.Clear();
        Entering.Clear();
        Book = InvitationBook.Restore([.. Stored.Values.Where(r => r.ExpiresAt > Now - Options.Remember)], Options, _entropy);
    }

    void IInvitationOutlet.Reply(ConnectionId connection, ServerMessage message) => _tabs.Find(t => t.Connection == connection)?.Inbox.Add(message);

    void IInvitationOutlet.SendToUser(UserId user, ServerMessage message, ConnectionId? except)
    {
        foreach (var tab in _tabs.Where(t => t.User.Id == user && t.Connection != except))
            tab.Inbox.Add(message);
    }

    void IInvitationOutlet.CreateMeeting(InvitationId invitation, UserIdentity owner, ConnectionId connection, MeetingKind kind) =>
        Making.Add((invitation, connection));

    void IInvitationOutlet.Enter(InvitationId invitation, MeetingCode code, EnterRoom entry)
    {
        Entries.Add(entry);
        if (entry.Reply == EntryReply.Invitation)
            Entering.Add((invitation, entry.Connection));
    }

    void IInvitationEffects.Store(long ticket, InvitationChange change)
    {
        Stored[change.Invitation.Id] = change.Invitation;
        if (change.Unanswered is { } row)
            Unanswered.Add(row);
        _open.Add(ticket);
    }

    private ServerMessage? Answer(Tab tab, Func<string, InvitationCommand> command)
    {
        var id = $"r{tab.Inbox.Count}-{_connections}-{Now.Ticks}";
        Post(command(id));
        return tab.Inbox.Find(m => m.Id == id);
    }
}
