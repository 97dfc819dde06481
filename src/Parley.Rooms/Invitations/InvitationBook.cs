// Who rings whom: one state machine per server, without IO, like a room.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>The invitations of a server: (command, now) → effects.</summary>
public sealed class InvitationBook
{
    private readonly InvitationShelf _shelf;
    private readonly InvitationGate _gate;

    /// <summary>An empty book.</summary>
    /// <param name="options">Periods and limits.</param>
    /// <param name="entropy">Where ids come from.</param>
    public InvitationBook(InvitationOptions options, IRoomEntropy entropy)
    {
        _shelf = new InvitationShelf(options, entropy);
        _gate = new InvitationGate(options.StorePatience);
    }

    /// <summary>When the book wants <see cref="InvitationDeadlineDue"/>; null for never.</summary>
    public Deadline? NextDeadline
    {
        get
        {
            Deadline? wake = _shelf.NextWake is { } at ? new Deadline(at, DeadlineReason.InvitationOver) : null;
            Deadline? patience = _gate.PatienceOver is { } until ? new Deadline(until, DeadlineReason.PatienceOver) : null;
            return Deadline.Earlier(wake, patience);
        }
    }

    /// <summary>How many invitations are remembered, ringing or not.</summary>
    public int Count => _shelf.Count;

    /// <summary>Rebuilds the book after a restart. What rings goes on ringing: each tab that registers is told again.</summary>
    /// <param name="records">What <see cref="IInvitationStore.LoadAsync"/> gave for a time <see cref="InvitationOptions.Remember"/> ago.</param>
    /// <param name="options">Periods and limits.</param>
    /// <param name="entropy">Where ids come from.</param>
    public static InvitationBook Restore(IEnumerable<InvitationRecord> records, InvitationOptions options, IRoomEntropy entropy)
    {
        var book = new InvitationBook(options, entropy);
        foreach (var record in records)
        {
            var invitation = new Invitation(record);
            if (record.State != InvitationState.Ringing)
                invitation.ForgetAt = record.ExpiresAt + options.Remember;
            book._shelf.Add(invitation);
        }

        return book;
    }

    /// <summary>Handles one command.</summary>
    public void Handle(InvitationCommand command, DateTimeOffset now, IInvitationEffects effects)
    {
        var turn = new InvitationTurn(_shelf, _gate, effects, now);
        switch (command)
        {
            case RingUser ring:
                RingUserHandler.Handle(turn, ring);
                break;
            case TakeCall take:
                TakeCallHandler.Handle(turn, take);
                break;
            case MeetingMade made:
                TakeCallHandler.Handle(turn, made);
                break;
            case EntryDecided decided:
                TakeCallHandler.Handle(turn, decided);
                break;
            case RefuseCall refuse:
                RefuseCallHandler.Handle(turn, refuse);
                break;
            case StopCall stop:
                StopCallHandler.Handle(turn, stop);
                break;
            case UserConnected connected:
                CallPresenceHandler.Handle(turn, connected);
                break;
            case UserDisconnected disconnected:
                CallPresenceHandler.Handle(turn, disconnected);
                break;
            case InvitationStored stored:
                _gate.Stored(stored.Ticket);
                break;
            case InvitationDeadlineDue:
                CallDeadlineHandler.Handle(turn);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(command), command, "No such command.");
        }

        _gate.Close(effects, now);
    }
}
