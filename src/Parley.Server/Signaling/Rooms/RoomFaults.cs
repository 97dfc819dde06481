// Bugs and failed commits of rooms and invitations go to the log.
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Server.Signaling.Rooms;

/// <inheritdoc cref="IActorFaults"/>
internal sealed class RoomFaults(ILogger<RoomFaults> logger) : IActorFaults
{
    /// <inheritdoc/>
    public void RoomBroke(MeetingId meeting, RoomCommand command, Exception exception) => logger.RoomBroke(meeting, command.GetType().Name, exception);

    /// <inheritdoc/>
    public void RoomCommitFailed(MeetingId meeting, long version, Exception exception) => logger.CommitFailed(meeting, version, exception);

    /// <inheritdoc/>
    public void InvitationsBroke(InvitationCommand command, Exception exception) => logger.InvitationsBroke(command.GetType().Name, exception);

    /// <inheritdoc/>
    public void InvitationStoreFailed(InvitationId invitation, Exception exception) => logger.InvitationStoreFailed(invitation, exception);
}
