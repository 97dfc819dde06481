// The engine's end of a tap: follows the best layer from keyframe to keyframe, and writes what comes as far as there is room.
using Parley.Media.Forwarding;
using Parley.Media.Receive;
using Parley.Media.Rtp;

namespace Parley.Media.Relay;

/// <summary>Copies a track into the ring of a <see cref="TrackTap"/>.</summary>
internal sealed class TapCopy : TrackCopy
{
    /// <summary>Where no keyframe can be seen, any packet will do after so long: as for subscribers.</summary>
    private const long BlindStartUs = 3_000_000;

    private readonly TrackTap _tap;
    private readonly int _highest;
    private SequenceMap _sequences;
    private TimestampMap _timestamps;
    private TrackLayer? _current;
    private long _cursor;
    private TrackLayer? _next;
    private long _nextCursor;
    private long _waitingSinceUs = -1;
    // Where something was left out; what came before that was written.
    private long _gapFrom;
    private bool _isBroken;
    private byte _source;
    private bool _clockIsDue;
    private bool _hasWritten;

    public TapCopy(MediaTrack track, TrackTap tap, int highest)
        : base(track)
    {
        _tap = tap;
        _highest = highest;
        _sequences.Start(0);
        if (track.HasEnded)
        {
            tap.End();
            return;
        }

        track.Copies.Add(this);
        Choose(track.Engine.LastUs);
    }

    public TrackTap Tap => _tap;

    public override bool Chooses => true;

    public override bool IsWaiting => _next is not null || _isBroken;

    public override void CopyNews(long nowUs)
    {
        if (_tap.IsClosing)
        {
            End();
            return;
        }

        if (_current is { } current)
            Copy(current, nowUs);
        if (_next is not null && TryBegin(nowUs))
            Copy(_current!, nowUs);
        if (!_hasWritten)
            return;
        _hasWritten = false;
        _tap.Announce();
    }

    public override void HandleLayers(long nowUs)
    {
        if (_tap.IsClosing)
        {
            End();
            return;
        }

        Choose(nowUs);
        // A request, or its keyframe, may have been lost.
        if (IsWaiting)
            AskFor(_next ?? _current);
    }

    public override void HandleReport(TrackLayer layer, long nowUs)
    {
        if (layer != _current || _clockIsDue || layer.Stream.Source != _source)
            return;
        WriteClock(layer.Stream.Clock);
        _tap.Announce();
    }

    public override void End()
    {
        _current?.Stream.Readers.Remove(this);
        _next?.Stream.Readers.Remove(this);
        _current = _next = null;
        Track.Copies.Remove(this);
        _tap.End();
    }

    private void Choose(long nowUs)
    {
        var best = Track.BestLayer(_highest, nowUs);
        if (best == _next || (best == _current && _next is null))
            return;
        _next?.Stream.Readers.Remove(this);
        _next = null;
        if (best == _current)
            return;
        _next = best;
        _nextCursor = best.Stream.Head;
        _waitingSinceUs = -1;
        best.Stream.Readers.Add(this);
        AskFor(best);
        Track.WatchLayers();
    }

    private bool TryBegin(long nowUs)
    {
        var next = _next!;
        if (_nextCursor == next.Stream.Head || !Beginning.TryFind(next.Stream, ref _nextCursor, IsBlind(next, nowUs), nowUs, out var beginning))
            return false;
        _current?.Stream.Readers.Remove(this);
        (_current, _next) = (next, null);
        (_waitingSinceUs, _gapFrom) = (-1, 0);
        // What finds no room is noted by its place in this layer's store, not the former's.
        _cursor = beginning.First;
        BeginSource(next.Stream[beginning.First].Source);
        Begin(next, beginning);
        return true;
    }

    private void BeginSource(byte number)
    {
        _source = number;
        _sequences.EndSource();
        _timestamps.BeginSource();
        _clockIsDue = true;
    }

    /// <summary>Writes the first packet and those that overtook it; what follows is copied from there on.</summary>
    private void Begin(TrackLayer layer, Beginning beginning)
    {
        var stream = layer.Stream;
        var first = stream[beginning.First].Sequence;
        CopyOne(layer, in stream[beginning.First]);
        for (var at = Math.Max(beginning.Rest, _gapFrom); at < beginning.First && !_isBroken; at++)
        {
            if (stream[at].Sequence > first)
                CopyOne(layer, in stream[at]);
        }

        _cursor = beginning.First + 1;
    }

    private void Copy(TrackLayer layer, long nowUs)
    {
        var stream = layer.Stream;
        if (_cursor < stream.Tail)
            Leave(layer, stream.Tail - _cursor);
        _cursor = Math.Max(_cursor, stream.Tail);
        while (_cursor < stream.Head)
        {
            if (!_isBroken)
                CopyOne(layer, in stream[_cursor++]);
            else if (!TryGoOn(layer, nowUs))
                return;
        }
    }

    /// <summary>After a gap: goes on where a decoder can.</summary>
    private bool TryGoOn(TrackLayer layer, long nowUs)
    {
        var from = _cursor;
        var isFound = Beginning.TryFind(layer.Stream, ref _cursor, IsBlind(layer, nowUs), nowUs, out var beginning);
        for (var left = _cursor - from; left > 0; left--)
            _tap.CountDropped();
        if (!isFound)
            return false;
        var found = _cursor;
        Begin(layer, beginning);
        // Without room for all of it the next one is looked for.
        if (_isBroken)
            _cursor = found + 1;
        return true;
    }

    private void CopyOne(TrackLayer layer, in StoredPacket packet)
    {
        if (packet.Source != _source)
            BeginSource(packet.Source);
        if (packet.Is(PacketFlags.PaddingOnly))
            _sequences.Drop(packet.Sequence);
        else if (_sequences.TryMap(packet.Sequence, out var sequence))
            Write(layer, in packet, sequence);
    }

    private void Write(TrackLayer layer, in StoredPacket packet, long sequence)
    {
        var stream = layer.Stream;
        var record = RelayedPacket.Of(stream, in packet, 0, Array.IndexOf(Track.Layers, layer), 0, _isBroken ? RelayedPacketFlags.FollowsGap : RelayedPacketFlags.None) with
        {
            Sequence = sequence,
            Timestamp = _timestamps.Map(stream, in packet),
        };
        if (record.Length > RelayLink.MaxRecord || !_tap.Ring.TryReserve(record.Length, out var room))
        {
            Leave(layer, 1);
            return;
        }

        record.Write(room);
        _tap.Ring.Commit(record.Length);
        _tap.CountTaken();
        (_isBroken, _hasWritten) = (false, true);
        if (_clockIsDue && stream.Clock.IsKnown && stream.Source == _source)
            WriteClock(stream.Clock);
        _clockIsDue = false;
    }

    /// <summary>Packets are left out: what follows is of use from a keyframe on.</summary>
    private void Leave(TrackLayer layer, long packets)
    {
        for (; packets > 0; packets--)
            _tap.CountDropped();
        if (!_isBroken)
            (_waitingSinceUs, _gapFrom) = (-1, _cursor);
        _isBroken = true;
        AskFor(layer);
        Track.WatchLayers();
    }

    // A keyframe that finds no room is of no use, and everybody who watches pays for it: a reader that is stuck is waited for.
    private void AskFor(TrackLayer? layer)
    {
        if (_tap.Ring.IsHalfFree)
            layer?.RequestKeyframe();
    }

    /// <summary>True when it has waited for so long that any packet will do.</summary>
    private bool IsBlind(TrackLayer layer, long nowUs)
    {
        if (_waitingSinceUs < 0)
            _waitingSinceUs = nowUs;
        return nowUs - _waitingSinceUs >= BlindStartUs && !layer.ShowsKeyframes && Track.Parameters.Kind == MediaKind.Video;
    }

    /// <summary>One entry, in the form that a link has for it.</summary>
    private void WriteClock(ClockMap clock)
    {
        const int length = RelayedState.HeaderLength + RelayedState.EntryLength;
        // There will be another report.
        if (!_tap.Ring.TryReserve(length, out var room))
            return;
        RelayedState.Write(room, 0, 0, [new RelayedLayerState(RelayedLayerFlags.HasClock, 0, clock.Ntp, clock.Timestamp + _timestamps.Offset, clock.ArrivalUs, 0, 0)]);
        _tap.Ring.Commit(length);
        _hasWritten = true;
    }
}
