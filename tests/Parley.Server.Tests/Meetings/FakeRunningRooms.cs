// Running rooms in the hands of a test: REST sees what the test says runs.
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Features.Meetings;

namespace Parley.Server.Tests.Meetings;

/// <summary>Remembers what REST told the rooms.</summary>
public sealed class FakeRunningRooms : IRunningRooms
{
    /// <summary>What runs, by the meeting's code.</summary>
    public Dictionary<MeetingId, RoomDigest> Running { get; } = [];

    /// <summary>The settings that rooms were told.</summary>
    public List<MeetingSettings> Changes { get; } = [];

    /// <summary>The rooms that were ended, with the reason.</summary>
    public List<(MeetingId Meeting, string Reason)> Ended { get; } = [];

    /// <summary>A room with one host.</summary>
    public static RoomDigest Room(UserId host, bool locked = false, bool full = false) =>
        new(MeetingState.Active, 3, 1, locked, full, host, "Running Host", DateTimeOffset.UtcNow);

    /// <inheritdoc/>
    public RoomDigest? Find(MeetingId meeting) => Running.GetValueOrDefault(meeting);

    /// <inheritdoc/>
    public Task<EntryVerdict?> AskEntryAsync(MeetingId meeting, UserIdentity user, bool passwordVerified, CancellationToken cancellation) =>
        Task.FromResult<EntryVerdict?>(null);

    /// <inheritdoc/>
    public Task SettingsChangedAsync(MeetingSettings settings, CancellationToken cancellation)
    {
        Changes.Add(settings);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> EndAsync(MeetingId meeting, string reason, CancellationToken cancellation)
    {
        if (!Running.ContainsKey(meeting))
            return Task.FromResult(false);
        Ended.Add((meeting, reason));
        return Task.FromResult(true);
    }
}
