// Keeps the book's outputs back, in their order, until what they speak of is stored, or the database has been waited for long enough.
namespace Parley.Rooms;

/// <summary>The queue between the book's turns and the world.</summary>
internal sealed class InvitationGate(TimeSpan patience)
{
    private readonly Queue<Held> _held = new();
    private readonly HashSet<long> _open = [];
    private readonly List<Action<IInvitationOutlet>> _turn = [];
    private long _ticket;

    public DateTimeOffset? PatienceOver => _held.TryPeek(out var head) ? head.Until : null;

    public void Add(Action<IInvitationOutlet> output) => _turn.Add(output);

    public void Store(IInvitationEffects effects, InvitationChange change)
    {
        _ = _open.Add(++_ticket);
        effects.Store(_ticket, change);
    }

    public void Stored(long ticket) => _open.Remove(ticket);

    /// <summary>Ends a turn: its outputs go out at once when nothing is waited for.</summary>
    public void Close(IInvitationOutlet outlet, DateTimeOffset now)
    {
        foreach (var output in _turn)
            _held.Enqueue(new Held(output, _ticket, now + patience));
        _turn.Clear();
        while (_held.TryPeek(out var head) && (head.Until <= now || !IsOpen(head.Ticket)))
            _held.Dequeue().Output(outlet);
    }

    // Few are open at once: each lives as long as one transaction.
    private bool IsOpen(long ticket)
    {
        foreach (var open in _open)
        {
            if (open <= ticket)
                return true;
        }

        return false;
    }

    private readonly record struct Held(Action<IInvitationOutlet> Output, long Ticket, DateTimeOffset Until);
}
