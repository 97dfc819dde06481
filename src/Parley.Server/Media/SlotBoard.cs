// The slots of one subscriber: media sections that keep their SSRC while publishers come, leave, and follow each other in them.
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Rtp;

namespace Parley.Server.Media;

/// <summary>
/// Slots in ranks: the first audio and the first video section are rank 0, and so on. The sound and picture of one source share a rank where they can,
/// because the sections of a rank are one stream that players keep in step.
/// </summary>
internal sealed class SlotBoard
{
    private readonly MediaPeer _peer;
    private readonly List<Slot> _slots = [];

    public SlotBoard(MediaPeer peer, IEnumerable<Subscription> subscriptions)
    {
        _peer = peer;
        foreach (var subscription in subscriptions)
            _slots.Add(new Slot(subscription, _slots.Count(slot => slot.Kind == subscription.Parameters.Kind)));
    }

    /// <summary>Puts what is not shown yet into free slots, in the order of publishing.</summary>
    public void Fill(IEnumerable<StagePublisher> publishers)
    {
        if (_peer.HasEnded)
            return;
        foreach (var source in publishers.SelectMany(Sources))
            Place(source);
    }

    /// <summary>
    /// Makes sure that the source of a speaking track is shown: in free slots, else in those of the publisher who has been quiet for longest. Nothing changes while there are slots for everybody.
    /// </summary>
    public void Show(StagePublisher speaker, MediaTrack voice, IReadOnlyList<StagePublisher> publishers)
    {
        if (_peer.HasEnded || Sources(speaker).FirstOrDefault(tracks => tracks.Contains(voice)) is not { } source)
            return;
        Place(source);
        var missing = source.FindAll(track => !_slots.Exists(slot => slot.Shows(track)));
        if (missing.Count == 0)
            return;
        // A whole rank if one has a place for everything, so that sound and picture stay together; else one by one.
        var rank = _slots.Select(static slot => (int?)slot.Rank).Distinct()
            .Select(rank => (Rank: rank, Places: missing.ConvertAll(track => QuietestSlot(track, rank, speaker, publishers))))
            .Where(static choice => !choice.Places.Contains(null))
            .OrderBy(choice => choice.Places.Max(slot => SpokeAt(slot!, publishers)))
            .Select(static choice => choice.Rank)
            .FirstOrDefault();
        foreach (var track in missing)
            QuietestSlot(track, rank, speaker, publishers)?.Subscription.Switch(track);
    }

    private static long SpokeAt(Slot slot, IReadOnlyList<StagePublisher> publishers) =>
        slot.Subscription.Track is { } track ? publishers.FirstOrDefault(publisher => publisher.Tracks.Contains(track))?.SpokeAt ?? 0 : 0;

    private Slot? QuietestSlot(MediaTrack track, int? rank, StagePublisher speaker, IReadOnlyList<StagePublisher> publishers) => _slots
        .Where(slot => (rank is null || slot.Rank == rank) && slot.Takes(track) && (slot.Subscription.Track is not { } shown || !speaker.Tracks.Contains(shown)))
        .MinBy(slot => SpokeAt(slot, publishers));

    /// <summary>A publisher's camera and microphone, then its screen and the sound of it: the first of each kind, the second of each kind.</summary>
    private static IEnumerable<List<MediaTrack>> Sources(StagePublisher publisher)
    {
        var byKind = publisher.Tracks.Where(static track => !track.HasEnded).GroupBy(static track => track.Parameters.Kind).Select(static kind => kind.ToList()).ToList();
        for (var i = 0; byKind.Exists(kind => i < kind.Count); i++)
            yield return [.. byKind.Where(kind => i < kind.Count).Select(kind => kind[i])];
    }

    private void Place(List<MediaTrack> source)
    {
        var shown = _slots.Find(slot => source.Exists(slot.Shows));
        var missing = source.FindAll(track => !_slots.Exists(slot => slot.Shows(track)));
        var rank = shown?.Rank ?? _slots.Select(static slot => slot.Rank).Distinct().Where(free => missing.TrueForAll(track => FreeSlot(track, free) is not null))
            .Select(static free => (int?)free).FirstOrDefault();
        foreach (var track in missing)
            ((rank is { } together ? FreeSlot(track, together) : null) ?? FreeSlot(track, null))?.Subscription.Switch(track);
    }

    private Slot? FreeSlot(MediaTrack track, int? rank) => _slots.Find(slot => (rank is null || slot.Rank == rank) && slot.CanShow(track));

    private sealed record Slot(Subscription Subscription, int Rank)
    {
        public MediaKind Kind => Subscription.Parameters.Kind;

        public bool Shows(MediaTrack track) => Subscription.Track == track;

        public bool CanShow(MediaTrack track) => Subscription.Track is null && Takes(track);

        public bool Takes(MediaTrack track) =>
            Kind == track.Parameters.Kind
            && track.Parameters.Codecs.Any(theirs => Subscription.Parameters.Codecs.Any(ours => PayloadFormats.AreInterchangeable(theirs, ours)));
    }
}
