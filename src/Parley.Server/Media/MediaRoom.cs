// A meeting's place in the media server: the worker that carries it, and the sessions in it.
using Parley.Protocol;

namespace Parley.Server.Media;

/// <summary>There is one for a meeting while it has sessions. Guarded by the gateway's lock, but for <see cref="Stage"/>.</summary>
internal sealed class MediaRoom(MeetingId meeting, int worker)
{
    public MeetingId Meeting => meeting;

    /// <summary>All peers of a meeting are with one worker, so that media passes between them without a lock.</summary>
    public int Worker => worker;

    /// <summary>Who sends to whom. Touched on the worker's thread alone.</summary>
    public RoomStage Stage { get; } = new();

    /// <summary>Sessions by id, those included that are being opened.</summary>
    public Dictionary<string, MediaSession> Sessions { get; } = new(StringComparer.Ordinal);

    public int Count(MediaSessionKind kind) => Sessions.Values.Count(session => session.Kind == kind);

    /// <summary>The publisher of an id, if it is carried; null otherwise.</summary>
    public MediaSession? FindPublisher(string id) =>
        Sessions.GetValueOrDefault(id) is { Kind: MediaSessionKind.Publisher, IsOpen: true } publisher ? publisher : null;

    public bool HasPublishers => Sessions.Values.Any(static session => session is { Kind: MediaSessionKind.Publisher, IsOpen: true });
}
