// Who speaks among the tracks of a room, from the audio levels that their packets carry. RFC 6464.
using Parley.Media.Bandwidth;
using Parley.Media.Engine;
using Parley.Media.Rtp;

namespace Parley.Media.Forwarding;

/// <summary>
/// Tells the active speaker among sound tracks of one engine, whether anybody receives them or not. All calls, and those that it makes, are on the engine's thread.
/// </summary>
public sealed class SpeakerWatch : IDeadlineOwner
{
    private readonly ActiveSpeaker _floor = new();
    private readonly Dictionary<long, MediaTrack> _tracks = [];
    private readonly Action<MediaTrack>? _changed;
    private readonly Deadline _look;
    private MediaEngine? _engine;
    private long _lastTrack;
    private bool _hasLevels;

    /// <summary>Makes a watch without tracks.</summary>
    /// <param name="changed">Called with the track of whoever speaks from now on.</param>
    public SpeakerWatch(Action<MediaTrack>? changed = null)
    {
        _changed = changed;
        _look = new Deadline(this, DeadlineReason.Speakers);
    }

    /// <summary>The track of who speaks, or spoke last; null while nobody has, and when that track has ended.</summary>
    public MediaTrack? Current => _floor.Current is { } id ? _tracks[id] : null;

    /// <summary>Listens to a track. Nothing happens for one of pictures, and for one whose packets carry no levels.</summary>
    /// <exception cref="InvalidOperationException">The track is watched already, or of another engine than the others.</exception>
    public void Add(MediaTrack track)
    {
        if (track.HasEnded || track.Parameters.Kind != MediaKind.Audio || track.Parameters.Extensions.IdOf(HeaderExtension.AudioLevel) == 0)
            return;
        if (track.Voice is not null || (_engine is not null && _engine != track.Engine))
            throw new InvalidOperationException("The track is watched already, or is of another engine.");
        _engine = track.Engine;
        var activity = _floor.Add(++_lastTrack);
        _tracks.Add(activity.Id, track);
        track.Voice = new TrackVoice(this, activity);
    }

    /// <summary>Listens no more to a track, as when it ends. Nothing happens for one that is not watched.</summary>
    public void Remove(MediaTrack track)
    {
        if (track.Voice is not { } voice || voice.Watch != this)
            return;
        track.Voice = null;
        _floor.Remove(voice.Activity);
        _tracks.Remove(voice.Activity.Id);
        if (_tracks.Count == 0)
            _engine!.Timers.Clear(_look);
    }

    // It is the room's, and looks again.
    MediaPeer? IDeadlineOwner.Bearer => null;

    void IDeadlineOwner.HandleDeadline<TSink>(ref TSink sink, DeadlineReason reason, long nowUs)
    {
        // While nobody sends a level nobody can begin to speak.
        if (_hasLevels)
            _engine!.Timers.Set(_look, nowUs + ActiveSpeaker.IntervalUs);
        _hasLevels = false;
        if (!_floor.Update(nowUs) || Current is not { } track)
            return;
        if (track.Publisher is { } publisher)
            sink.Raise(new SpeakerChanged(publisher.Id, track.Parameters.Mid));
        _changed?.Invoke(track);
    }

    internal void NoteLevel(long nowUs)
    {
        _hasLevels = true;
        if (!_look.IsSet)
            _engine!.Timers.Set(_look, nowUs + ActiveSpeaker.IntervalUs);
    }
}

/// <summary>The microphone behind a track.</summary>
internal sealed class TrackVoice(SpeakerWatch watch, SpeakerActivity activity)
{
    public SpeakerWatch Watch => watch;

    public SpeakerActivity Activity => activity;

    /// <summary>Takes a packet's extensions, as they are stored.</summary>
    public void HandleExtensions(ReadOnlySpan<byte> stored, long nowUs)
    {
        var level = ForwardedExtensions.Find(stored, HeaderExtension.AudioLevel);
        if (level.IsEmpty)
            return;
        activity.HandleLevel(level[0], nowUs);
        watch.NoteLevel(nowUs);
    }
}
