// The copies and links of one engine: what is carried elsewhere at the end of a turn.
using Parley.Media.Engine;
using Parley.Media.Forwarding;

namespace Parley.Media.Relay;

/// <summary>
/// Serves copies that have news, and sends off what links gathered. Who has neither pays one comparison for each turn. A copy that fails ends, and takes nobody along: what it
/// hears of are others' packets and deadlines. A link stays, for what it could not send is made up for like any loss.
/// </summary>
internal sealed class EngineCopies
{
    private readonly List<TrackCopy> _withNews = [];
    private readonly List<RelayLink> _links = [];
    private readonly List<CopyFailed> _failed = [];

    /// <summary>True when there may be something to do.</summary>
    public bool HasWork => _links.Count > 0 || _withNews.Count > 0 || _failed.Count > 0;

    public void Add(RelayLink link) => _links.Add(link);

    public void Remove(RelayLink link) => _links.Remove(link);

    /// <summary>A layer that these read has news.</summary>
    public void NoteNews(List<TrackCopy> copies)
    {
        foreach (var copy in copies)
        {
            if (copy.HasNews)
                continue;
            copy.HasNews = true;
            _withNews.Add(copy);
        }
    }

    /// <summary>A layer of the track may have come to life, or have died.</summary>
    public void TellLayers(MediaTrack track, long nowUs)
    {
        // Backwards: one that hears of it may end.
        for (var i = track.Copies.Count - 1; i >= 0; i--)
        {
            if (i >= track.Copies.Count)
                continue;
            var copy = track.Copies[i];
            try
            {
                copy.HandleLayers(nowUs);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                Fail(copy, fault);
            }
        }
    }

    /// <summary>The publisher has reported of a layer.</summary>
    public void TellReport(TrackLayer layer, long nowUs)
    {
        var copies = layer.Track.Copies;
        for (var i = copies.Count - 1; i >= 0; i--)
        {
            if (i >= copies.Count)
                continue;
            var copy = copies[i];
            try
            {
                copy.HandleReport(layer, nowUs);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                Fail(copy, fault);
            }
        }
    }

    /// <summary>The track has ended, and its copies with it.</summary>
    public void End(MediaTrack track)
    {
        foreach (var copy in track.Copies.ToArray())
        {
            if (TryEnd(copy) is { } fault)
                Note(copy, fault);
        }
    }

    /// <summary>Copies what has come.</summary>
    public void Flush<TSink>(ref TSink sink, long nowUs)
        where TSink : struct, IMediaSink
    {
        foreach (var copy in _withNews)
        {
            copy.HasNews = false;
            try
            {
                copy.CopyNews(nowUs);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                Fail(copy, fault);
            }
        }

        _withNews.Clear();
        foreach (var link in _links)
        {
            if (link.TryFlush() is { } fault)
                _failed.Add(new CopyFailed(default, fault));
        }

        if (_failed.Count > 0)
            TellFailures(ref sink);
    }

    private void Fail(TrackCopy copy, Exception fault)
    {
        Note(copy, fault);
        TryEnd(copy);
    }

    // It reads nothing any more, though who is at its other end could not be told.
    private static Exception? TryEnd(TrackCopy copy)
    {
        try
        {
            copy.End();
            return null;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return fault;
        }
    }

    private void Note(TrackCopy copy, Exception fault) => _failed.Add(new CopyFailed(copy.Track.Publisher?.Id ?? default, fault));

    private void TellFailures<TSink>(ref TSink sink)
        where TSink : struct, IMediaSink
    {
        // Whoever hears of them may fail as well: each is told once.
        CopyFailed[] failed = [.. _failed];
        _failed.Clear();
        foreach (var failure in failed)
            sink.Raise(failure);
    }
}
