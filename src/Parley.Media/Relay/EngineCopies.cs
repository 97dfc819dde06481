// The copies and links of one engine: what is carried elsewhere at the end of a turn.
using Parley.Media.Engine;

namespace Parley.Media.Relay;

/// <summary>Serves copies that have news, and sends off what links gathered. Who has neither pays one comparison for each turn.</summary>
internal sealed class EngineCopies
{
    private readonly List<TrackCopy> _withNews = [];
    private readonly List<RelayLink> _links = [];

    /// <summary>True when there may be something to do.</summary>
    public bool HasWork => _links.Count > 0 || _withNews.Count > 0;

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

    /// <summary>Copies what has come. A copy that fails here ends, and takes nobody along.</summary>
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
                copy.End();
                sink.Raise(new CopyFailed(copy.Track.Publisher?.Id ?? default, fault));
            }
        }

        _withNews.Clear();
        foreach (var link in _links)
            link.Flush();
    }
}
