// Where bugs and failures of stores are told: a log in the product, a list in tests.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>Hears of what should not happen.</summary>
public interface IActorFaults
{
    /// <summary>A turn threw: a bug. The room has been shut; it can be rebuilt from its store.</summary>
    void RoomBroke(MeetingId meeting, RoomCommand command, Exception exception);

    /// <summary>A commit failed or took too long; it is tried again.</summary>
    void RoomCommitFailed(MeetingId meeting, long version, Exception exception);

    /// <summary>A turn of the invitation book threw: a bug. The command is dropped, the book goes on.</summary>
    void InvitationsBroke(InvitationCommand command, Exception exception);

    /// <summary>An invitation could not be stored; it rings all the same.</summary>
    void InvitationStoreFailed(InvitationId invitation, Exception exception);
}
