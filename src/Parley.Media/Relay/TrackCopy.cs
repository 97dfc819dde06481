// What carries a track's packets out of the engine beside its subscriptions: to another engine, or to a recorder.
using Parley.Media.Forwarding;

namespace Parley.Media.Relay;

/// <summary>A reader that copies. Called on the engine's thread.</summary>
internal abstract class TrackCopy(MediaTrack track)
{
    public MediaTrack Track { get; } = track;

    /// <summary>Set while the copy is in the engine's list of those with news for this turn.</summary>
    public bool HasNews { get; set; }

    /// <summary>True when the copy follows the best layer, and so has to look now and then which that is.</summary>
    public virtual bool Chooses => false;

    /// <summary>True while it waits for a picture to begin with.</summary>
    public virtual bool IsWaiting => false;

    /// <summary>Packets have come in a layer that is read.</summary>
    public abstract void CopyNews(long nowUs);

    /// <summary>A layer may have come to life, or have died.</summary>
    public abstract void HandleLayers(long nowUs);

    /// <summary>The publisher has reported of a layer.</summary>
    public abstract void HandleReport(TrackLayer layer, long nowUs);

    /// <summary>The track has ended, or a fault of ours ends the copy: it reads nothing any more.</summary>
    public abstract void End();
}
