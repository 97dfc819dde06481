// The port through which REST sees and touches running rooms; Signaling implements it over its room directory.
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Server.Features.Meetings;

/// <summary>The rooms that run on this node.</summary>
public interface IRunningRooms
{
    /// <summary>The public face of a meeting's room; null when none runs.</summary>
    RoomDigest? Find(MeetingId meeting);

    /// <summary>Whether a user could come into a running room now, without waiting; null when none runs.</summary>
    /// <param name="meeting">Whose room.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="passwordVerified">True when the meeting has no password, or this user needs none.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<EntryVerdict?> AskEntryAsync(MeetingId meeting, UserIdentity user, bool passwordVerified, CancellationToken cancellation);

    /// <summary>Tells a running room of settings that are stored already; does nothing when none runs.</summary>
    Task SettingsChangedAsync(MeetingSettings settings, CancellationToken cancellation);

    /// <summary>Ends a running room and waits until the end is stored. False when none ran, and nothing was done.</summary>
    /// <param name="meeting">Whose room.</param>
    /// <param name="reason">host_ended or deleted.</param>
    /// <param name="cancellation">Gives up the waiting, not the end.</param>
    /// <exception cref="Data.DatabaseUnavailableException">The room has ended, but the database does not take its end in.</exception>
    Task<bool> EndAsync(MeetingId meeting, string reason, CancellationToken cancellation);
}

/// <summary>Stands in where no room can run: commands and tests of REST alone.</summary>
public sealed class NoRunningRooms : IRunningRooms
{
    /// <inheritdoc/>
    public RoomDigest? Find(MeetingId meeting) => null;

    /// <inheritdoc/>
    public Task<EntryVerdict?> AskEntryAsync(MeetingId meeting, UserIdentity user, bool passwordVerified, CancellationToken cancellation) =>
        Task.FromResult<EntryVerdict?>(null);

    /// <inheritdoc/>
    public Task SettingsChangedAsync(MeetingSettings settings, CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<bool> EndAsync(MeetingId meeting, string reason, CancellationToken cancellation) => Task.FromResult(false);
}
