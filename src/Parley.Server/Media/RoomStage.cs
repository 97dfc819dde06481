// Who sends to whom in one meeting: publishers in their order, and subscribers whose slots they move into.
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Sdp.Negotiation;

namespace Parley.Server.Media;

/// <summary>Somebody who publishes.</summary>
/// <param name="Id">Of the session.</param>
/// <param name="Tracks">In the order of the offer.</param>
internal sealed record StagePublisher(string Id, IReadOnlyList<MediaTrack> Tracks)
{
    /// <summary>When they last took the floor, or came: a number that rises.</summary>
    public long SpokeAt { get; set; }

    /// <summary>Camera and microphone, then the screen and the sound of it: the first of each kind, the second of each kind.</summary>
    public List<List<MediaTrack>> Sources { get; } = SourcesOf(Tracks);

    /// <summary>True for a track of theirs.</summary>
    public bool Has(MediaTrack track) => SourceOf(track) is not null;

    /// <summary>The source that a track belongs to; null when it is another's.</summary>
    public List<MediaTrack>? SourceOf(MediaTrack track)
    {
        foreach (var source in Sources)
        {
            if (source.Contains(track))
                return source;
        }

        return null;
    }

    private static List<List<MediaTrack>> SourcesOf(IReadOnlyList<MediaTrack> tracks)
    {
        var sources = new List<List<MediaTrack>>();
        foreach (var track in tracks)
        {
            var source = sources.Find(source => !source.Exists(other => other.Parameters.Kind == track.Parameters.Kind));
            if (source is null)
                sources.Add(source = []);
            source.Add(track);
        }

        return sources;
    }
}

/// <summary>The stage of a meeting, or of the part of it that another worker carries. All calls come from its worker's thread.</summary>
internal sealed class RoomStage
{
    private readonly List<StagePublisher> _publishers = [];
    private readonly Dictionary<string, SlotBoard> _boards = new(StringComparer.Ordinal);
    private readonly SpeakerWatch _speakers;
    private readonly Action<string, string>? _spoke;
    private long _turns;
    private bool _isClosed;

    /// <param name="spoke">Hears who speaks, by session and mid.</param>
    public RoomStage(Action<string, string>? spoke = null)
    {
        _spoke = spoke;
        _speakers = new SpeakerWatch(HandleSpeaker);
    }

    /// <summary>Who speaks, or spoke last; null while nobody has.</summary>
    public StagePublisher? Speaker => _speakers.Current is { } track ? _publishers.Find(publisher => publisher.Tracks.Contains(track)) : null;

    /// <summary>Takes a publisher's tracks, and shows them where a slot is free.</summary>
    public void Publish(string id, MediaPeer peer, IEnumerable<ReceivedTrack> tracks)
    {
        var publisher = new StagePublisher(id, [.. tracks.Select(track => peer.AddTrack(track.Parameters))]) { SpokeAt = ++_turns };
        _publishers.Add(publisher);
        foreach (var track in publisher.Tracks)
            _speakers.Add(track);
        Show(publisher);
    }

    /// <summary>Takes the tracks of a publisher who is with another worker; nothing happens when they are here.</summary>
    public void Bring(string id, IReadOnlyList<MediaTrack> tracks)
    {
        if (_isClosed || _publishers.Exists(publisher => publisher.Id == id))
            return;
        // Whoever is not shown now may be later.
        foreach (var track in tracks)
            track.HoldRelay();
        var publisher = new StagePublisher(id, tracks) { SpokeAt = ++_turns };
        _publishers.Add(publisher);
        Show(publisher);
    }

    /// <summary>Somebody speaks whose sound is heard at the meeting's own worker.</summary>
    public void HandleSpeaker(string id, string mid)
    {
        if (_publishers.Find(publisher => publisher.Id == id)?.Tracks.FirstOrDefault(track => track.Parameters.Mid == mid) is { } track)
            HandleSpeaker(track);
    }

    /// <summary>Nobody is here any more, and nobody comes.</summary>
    public void Close()
    {
        _isClosed = true;
        _boards.Clear();
        foreach (var publisher in _publishers.ToArray())
            Leave(publisher.Id);
    }

    /// <summary>Sends one publisher's tracks, each named by its mid.</summary>
    /// <returns>False when the publisher is gone; nothing is sent then.</returns>
    public bool TrySubscribe(string publisher, MediaPeer peer, IEnumerable<SentTrack> tracks)
    {
        if (_publishers.Find(each => each.Id == publisher) is not { } found)
            return false;
        foreach (var sent in tracks)
            peer.Subscribe(sent.Parameters, found.Tracks.FirstOrDefault(track => track.Parameters.Mid == sent.Track.Id));
        return true;
    }

    /// <summary>Sends whoever publishes, now and later, in as many slots as there are.</summary>
    public void SubscribeToAll(string id, MediaPeer peer, IEnumerable<SentTrack> slots)
    {
        var board = new SlotBoard(peer, slots.Where(static slot => slot.IsActive).Select(slot => peer.Subscribe(slot.Parameters)));
        _boards.Add(id, board);
        board.Fill(_publishers);
    }

    /// <summary>A session is over; its slots go to others.</summary>
    public void Leave(string id)
    {
        _boards.Remove(id);
        if (_publishers.Find(publisher => publisher.Id == id) is not { } left)
            return;
        _publishers.Remove(left);
        foreach (var track in left.Tracks)
            track.ReleaseRelay();
        foreach (var board in _boards.Values)
            board.Refill(_publishers);
    }

    /// <summary>Whoever speaks is shown everywhere; where there are fewer slots than publishers, in the place of who has been quiet for longest.</summary>
    private void HandleSpeaker(MediaTrack track)
    {
        if (_publishers.Find(publisher => publisher.Tracks.Contains(track)) is not { } speaker)
            return;
        speaker.SpokeAt = ++_turns;
        foreach (var board in _boards.Values)
            board.Show(speaker, track, _publishers);
        _spoke?.Invoke(speaker.Id, track.Parameters.Mid);
    }

    private void Show(StagePublisher publisher)
    {
        foreach (var board in _boards.Values)
            board.Add(publisher);
    }
}
