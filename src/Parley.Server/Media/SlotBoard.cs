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
    private readonly int _ranks;
    // Free after the last filling; more are free when somebody who was shown has left.
    private int _free;
    private bool _leftOut;

    public SlotBoard(MediaPeer peer, IEnumerable<Subscription> subscriptions)
    {
        _peer = peer;
        foreach (var subscription in subscriptions)
        {
            var rank = _slots.Count(slot => slot.Kind == subscription.Parameters.Kind);
            _slots.Add(new Slot(subscription, rank));
            _ranks = Math.Max(_ranks, rank + 1);
        }

        _free = CountFree();
    }

    /// <summary>Puts what is not shown yet into free slots, in the order of publishing.</summary>
    public void Fill(List<StagePublisher> publishers)
    {
        if (_peer.HasEnded)
            return;
        _free = CountFree();
        _leftOut = false;
        foreach (var publisher in publishers)
            Add(publisher);
    }

    /// <summary>Shows somebody who has come, where slots are free: nothing else can have changed by it.</summary>
    public void Add(StagePublisher publisher)
    {
        if (_peer.HasEnded)
            return;
        foreach (var source in publisher.Sources)
            Place(source);
    }

    /// <summary>Somebody has left: whoever was left out before is shown, if slots have become free.</summary>
    public void Refill(List<StagePublisher> publishers)
    {
        var free = CountFree();
        if (free > _free && _leftOut)
            Fill(publishers);
        else
            _free = free;
    }

    /// <summary>
    /// Makes sure that the source of a speaking track is shown: in free slots, else in those of the publisher who has been quiet for longest. Nothing changes while there are slots for everybody.
    /// </summary>
    public void Show(StagePublisher speaker, MediaTrack voice, List<StagePublisher> publishers)
    {
        if (_peer.HasEnded || speaker.SourceOf(voice) is not { } source || Place(source))
            return;
        // A whole rank if one has a place for everything, so that sound and picture stay together; else one by one.
        var rank = QuietestRank(source, speaker, publishers);
        foreach (var track in source)
        {
            if (IsMissing(track))
                QuietestSlot(track, rank, speaker, publishers)?.Subscription.Switch(track);
        }

        _free = CountFree();
    }

    /// <summary>Of the ranks with a place for everything of a source that is not shown, the one that has been quiet for longest; null when there is none.</summary>
    private int? QuietestRank(List<MediaTrack> source, StagePublisher speaker, List<StagePublisher> publishers)
    {
        int? quietest = null;
        var since = long.MaxValue;
        for (var rank = 0; rank < _ranks; rank++)
        {
            if (LastSpokeAt(rank, source, speaker, publishers) is { } spokeAt && spokeAt < since)
                (quietest, since) = (rank, spokeAt);
        }

        return quietest;
    }

    /// <summary>When somebody last spoke whom a source would displace in a rank; null when the rank has not a place for everything.</summary>
    private long? LastSpokeAt(int rank, List<MediaTrack> source, StagePublisher speaker, List<StagePublisher> publishers)
    {
        var last = 0L;
        foreach (var track in source)
        {
            if (!IsMissing(track))
                continue;
            if (QuietestSlot(track, rank, speaker, publishers) is not { } slot)
                return null;
            last = Math.Max(last, SpokeAt(slot, publishers));
        }

        return last;
    }

    private Slot? QuietestSlot(MediaTrack track, int? rank, StagePublisher speaker, List<StagePublisher> publishers)
    {
        Slot? quietest = null;
        var since = long.MaxValue;
        foreach (var slot in _slots)
        {
            if ((rank is not null && slot.Rank != rank) || !slot.Takes(track) || (slot.Subscription.Track is { } shown && speaker.Has(shown)))
                continue;
            var spokeAt = SpokeAt(slot, publishers);
            if (spokeAt < since)
                (quietest, since) = (slot, spokeAt);
        }

        return quietest;
    }

    private static long SpokeAt(Slot slot, List<StagePublisher> publishers)
    {
        if (slot.Subscription.Track is not { } track)
            return 0;
        foreach (var publisher in publishers)
        {
            if (publisher.Has(track))
                return publisher.SpokeAt;
        }

        return 0;
    }

    /// <summary>Puts what is not shown of a source into free slots, in one rank where there is one with room for all of it.</summary>
    /// <returns>True when all of it is shown.</returns>
    private bool Place(List<MediaTrack> source)
    {
        int? rank = null;
        MediaTrack? first = null;
        foreach (var track in source)
        {
            if (SlotOf(track) is { } slot)
                rank ??= slot.Rank;
            else if (!track.HasEnded)
                first ??= track;
        }

        if (first is null)
            return true;
        if (_free == 0)
        {
            _leftOut = true;
            return false;
        }

        rank ??= FreeRank(source, first);
        var isWhole = true;
        foreach (var track in source)
        {
            if (!IsMissing(track))
                continue;
            if (((rank is { } together ? FreeSlot(track, together) : null) ?? FreeSlot(track, null)) is not { } slot)
            {
                isWhole = false;
                continue;
            }

            slot.Subscription.Switch(track);
            _free--;
        }

        _leftOut |= !isWhole;
        return isWhole;
    }

    /// <summary>The first rank with room for all of a source that is not shown yet.</summary>
    private int? FreeRank(List<MediaTrack> source, MediaTrack first)
    {
        foreach (var slot in _slots)
        {
            if (slot.CanShow(first) && HasRoom(source, slot.Rank))
                return slot.Rank;
        }

        return null;
    }

    private bool HasRoom(List<MediaTrack> source, int rank)
    {
        foreach (var track in source)
        {
            if (IsMissing(track) && FreeSlot(track, rank) is null)
                return false;
        }

        return true;
    }

    private Slot? FreeSlot(MediaTrack track, int? rank)
    {
        foreach (var slot in _slots)
        {
            if ((rank is null || slot.Rank == rank) && slot.CanShow(track))
                return slot;
        }

        return null;
    }

    private Slot? SlotOf(MediaTrack track)
    {
        foreach (var slot in _slots)
        {
            if (slot.Shows(track))
                return slot;
        }

        return null;
    }

    private bool IsShown(MediaTrack track) => SlotOf(track) is not null;

    private bool IsMissing(MediaTrack track) => !track.HasEnded && !IsShown(track);

    private int CountFree()
    {
        var free = 0;
        foreach (var slot in _slots)
        {
            if (slot.Subscription.Track is null)
                free++;
        }

        return free;
    }

    private sealed record Slot(Subscription Subscription, int Rank)
    {
        public MediaKind Kind => Subscription.Parameters.Kind;

        public bool Shows(MediaTrack track) => Subscription.Track == track;

        public bool CanShow(MediaTrack track) => Subscription.Track is null && Takes(track);

        public bool Takes(MediaTrack track)
        {
            if (Kind != track.Parameters.Kind)
                return false;
            foreach (var theirs in track.Parameters.Codecs)
            {
                foreach (var ours in Subscription.Parameters.Codecs)
                {
                    if (PayloadFormats.AreInterchangeable(theirs, ours))
                        return true;
                }
            }

            return false;
        }
    }
}
