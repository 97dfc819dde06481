// A meeting's place in the media server: the worker that carries it, others that help, and the sessions in it.
using Parley.Protocol;

namespace Parley.Server.Media;

/// <summary>A stage of a meeting on a worker that carries some of its subscribers.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Stage">Touched on that worker's thread alone.</param>
internal sealed record FarStage(int Worker, RoomStage Stage);

/// <summary>There is one for a meeting while it has sessions. Guarded by the gateway's lock, but for the stages.</summary>
internal sealed class MediaRoom
{
    private readonly int _worker;
    // Replaced, never changed: read without the lock.
    private FarStage[] _farStages = [];

    /// <param name="meeting">The meeting.</param>
    /// <param name="worker">Where it begins.</param>
    /// <param name="spoke">Hears who speaks, by session and mid; on the worker's thread.</param>
    public MediaRoom(MeetingId meeting, int worker, Action<MediaRoom, string, string>? spoke = null)
    {
        Meeting = meeting;
        _worker = worker;
        Stage = new RoomStage((publisher, mid) => spoke?.Invoke(this, publisher, mid));
    }

    public MeetingId Meeting { get; }

    /// <summary>All publishers of a meeting are with one worker, and subscribers as long as they are not too many, so that media passes between them without a lock.</summary>
    public int Worker => _worker;

    /// <summary>Who sends to whom. Touched on the worker's thread alone.</summary>
    public RoomStage Stage { get; }

    /// <summary>Stages of the other workers that carry subscribers. Read from any thread.</summary>
    public IReadOnlyList<FarStage> FarStages => Volatile.Read(ref _farStages);

    /// <summary>Sessions by id, those included that are being opened.</summary>
    public Dictionary<string, MediaSession> Sessions { get; } = new(StringComparer.Ordinal);

    public int Count(MediaSessionKind kind) => Sessions.Values.Count(session => session.Kind == kind);

    public int CountOn(int worker) => Sessions.Values.Count(session => session.Worker == worker);

    /// <summary>The publisher of an id, if it is carried; null otherwise.</summary>
    public MediaSession? FindPublisher(string id) =>
        Sessions.GetValueOrDefault(id) is { Kind: MediaSessionKind.Publisher, IsOpen: true } publisher ? publisher : null;

    public IEnumerable<MediaSession> Publishers => Sessions.Values.Where(static session => session is { Kind: MediaSessionKind.Publisher, IsOpen: true });

    public bool HasPublishers => Publishers.Any();

    /// <summary>The stage on a worker, which is made when it is the first there.</summary>
    public RoomStage StageOn(int worker)
    {
        if (worker == _worker)
            return Stage;
        if (Array.Find(_farStages, far => far.Worker == worker) is not { } found)
            Volatile.Write(ref _farStages, [.. _farStages, found = new FarStage(worker, new RoomStage())]);
        return found.Stage;
    }

    /// <summary>Takes the stage of another worker away when nobody is there any more; null when there is none, or somebody is.</summary>
    public FarStage? TakeUnused(int worker)
    {
        if (worker == _worker || CountOn(worker) > 0 || Array.Find(_farStages, far => far.Worker == worker) is not { } unused)
            return null;
        Volatile.Write(ref _farStages, Array.FindAll(_farStages, far => far != unused));
        return unused;
    }
}
