// The periods and limits of a room (docs/protocol.md §3, Parley:Rooms).
namespace Parley.Rooms;

/// <summary>What is the same for every room of a server.</summary>
public sealed record RoomOptions
{
    /// <summary>How long an empty room lives.</summary>
    public TimeSpan Empty { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a participant whose socket was lost is kept.</summary>
    public TimeSpan Reconnect { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long held outputs wait for the database before a call goes on without it.</summary>
    public TimeSpan CommitPatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long events are kept for a resume.</summary>
    public TimeSpan EventRetention { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many events are kept for a resume.</summary>
    public int EventCapacity { get; init; } = 1000;

    /// <summary>How many bytes of events are kept for a resume.</summary>
    public int EventBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>How many bytes of missed events one resume replays; the newest win.</summary>
    public int ReplayBytes { get; init; } = 512 * 1024;

    /// <summary>The first pause before a failed commit is tried again; it doubles up to <see cref="CommitRetryMax"/>.</summary>
    public TimeSpan CommitRetry { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause before a failed commit is tried again.</summary>
    public TimeSpan CommitRetryMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many may wait at once; beyond it join_room answers room_full.</summary>
    public int WaitingCapacity { get; init; } = 500;

    /// <summary>How many event numbers one durable reservation covers: more than a room uses while its database is away, since numbers beyond it may fall after a crash.</summary>
    public int SeqBlock { get; init; } = 1 << 20;
}
