// REST's view of the running rooms, and its hand on them.
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Features.Meetings;

namespace Parley.Server.Signaling.Rooms;

/// <inheritdoc cref="IRunningRooms"/>
internal sealed class RunningRooms(RoomDirectory directory) : IRunningRooms
{
    /// <inheritdoc/>
    public RoomDigest? Find(MeetingId meeting) => directory.Find(meeting)?.Actor.Digest;

    /// <inheritdoc/>
    public Task SettingsChangedAsync(MeetingSettings settings, CancellationToken cancellation)
    {
        directory.Find(settings.Id)?.Change(settings);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<bool> EndAsync(MeetingId meeting, string reason, CancellationToken cancellation)
    {
        if (directory.Find(meeting) is not { } room)
            return false;
        room.Deliver(new EndMeeting(reason));
        await room.Over.WaitAsync(cancellation);
        return true;
    }
}
