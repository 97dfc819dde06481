// The invitations that a book remembers, found by id, by inviter and by invited.
using System.Runtime.InteropServices;
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>The state of an <see cref="InvitationBook"/>.</summary>
internal sealed class InvitationShelf(InvitationOptions options, IRoomEntropy entropy)
{
    private readonly Dictionary<InvitationId, Invitation> _byId = [];
    private readonly Dictionary<UserId, List<Invitation>> _byInviter = [];
    private readonly Dictionary<UserId, List<Invitation>> _byInvited = [];
    private readonly PriorityQueue<Invitation, DateTimeOffset> _wakes = new();

    public InvitationOptions Options => options;

    public IRoomEntropy Entropy => entropy;

    public int Count => _byId.Count;

    /// <summary>When the first of them wants to be looked at; may be early, never late.</summary>
    public DateTimeOffset? NextWake => _wakes.TryPeek(out _, out var at) ? at : null;

    public Invitation? Find(InvitationId id) => _byId.GetValueOrDefault(id);

    public IReadOnlyList<Invitation> SentBy(UserId user) => _byInviter.TryGetValue(user, out var list) ? list : [];

    public IReadOnlyList<Invitation> RingingFor(UserId user) => _byInvited.TryGetValue(user, out var list) ? list : [];

    public void Add(Invitation invitation)
    {
        _byId.Add(invitation.Id, invitation);
        Index(_byInviter, invitation.Record.Inviter.Id).Add(invitation);
        Index(_byInvited, invitation.Record.Invited).Add(invitation);
        Wake(invitation);
    }

    /// <summary>Puts an invitation's present <see cref="Invitation.WakeAt"/> on the list; an older entry is found stale when it comes up.</summary>
    public void Wake(Invitation invitation) => _wakes.Enqueue(invitation, invitation.WakeAt);

    /// <summary>Takes out the next invitation whose time has come.</summary>
    public Invitation? TakeDue(DateTimeOffset now)
    {
        while (_wakes.TryPeek(out var invitation, out var at) && at <= now)
        {
            _ = _wakes.Dequeue();
            if (_byId.ContainsKey(invitation.Id) && invitation.WakeAt <= now)
                return invitation;
        }

        return null;
    }

    public void Forget(Invitation invitation)
    {
        _ = _byId.Remove(invitation.Id);
        Unindex(_byInviter, invitation.Record.Inviter.Id, invitation);
        Unindex(_byInvited, invitation.Record.Invited, invitation);
    }

    private static List<Invitation> Index(Dictionary<UserId, List<Invitation>> index, UserId user) =>
        CollectionsMarshal.GetValueRefOrAddDefault(index, user, out _) ??= [];

    private static void Unindex(Dictionary<UserId, List<Invitation>> index, UserId user, Invitation invitation)
    {
        if (!index.TryGetValue(user, out var list))
            return;
        _ = list.Remove(invitation);
        if (list.Count == 0)
            _ = index.Remove(user);
    }
}
