// REST's view of the running rooms, and its hand on them.
using Parley.Data;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Features.Meetings;

namespace Parley.Server.Signaling.Rooms;

/// <inheritdoc cref="IRunningRooms"/>
internal sealed class RunningRooms(RoomDirectory directory, TimeProvider clock) : IRunningRooms
{
    // Everybody has been told of the end by then; only its storing waits for the database.
    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public RoomDigest? Find(MeetingId meeting) => directory.Find(meeting)?.Actor.Digest;

    /// <inheritdoc/>
    public async Task<EntryVerdict?> AskEntryAsync(MeetingId meeting, UserIdentity user, bool passwordVerified, CancellationToken cancellation)
    {
        // A room that is over when it is asked may have another in its place.
        while (directory.Find(meeting) is { } room)
        {
            var answer = new TaskCompletionSource<EntryVerdict?>(TaskCreationOptions.RunContinuationsAsynchronously);
            room.Deliver(new AskEntry(user, passwordVerified, verdict => answer.TrySetResult(verdict)));
            await Task.WhenAny(answer.Task, room.Over).WaitAsync(cancellation);
            if (answer.Task.IsCompletedSuccessfully && await answer.Task is { } verdict)
                return verdict;
        }

        return null;
    }

    /// <inheritdoc/>
    public async Task SettingsChangedAsync(MeetingSettings settings, CancellationToken cancellation)
    {
        if (directory.Find(settings.Id) is not { } room)
            return;
        try
        {
            await directory.RefreshAsync(room);
        }
        catch (DatabaseUnavailableException)
        {
            // It was there a moment ago: what was stored then is told.
            room.Change(settings);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> EndAsync(MeetingId meeting, string reason, CancellationToken cancellation)
    {
        try
        {
            // A room that breaks is not over: who was in it may have had it rebuilt by now, and otherwise it does not run.
            while (directory.Find(meeting) is { } room)
            {
                room.Deliver(new EndMeeting(reason));
                if (await room.Over.WaitAsync(StorePatience, clock, cancellation))
                    return true;
            }

            return false;
        }
        catch (TimeoutException exception)
        {
            throw new DatabaseUnavailableException("The end of the room is not stored yet.", exception);
        }
    }
}
