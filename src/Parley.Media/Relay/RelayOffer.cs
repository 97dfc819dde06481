// The near end of a relayed track: reads the layers that the far end wants, and sends what they bring.
using Parley.Media.Engine;
using Parley.Media.Forwarding;

namespace Parley.Media.Relay;

/// <summary>A track that the other end of a link may read.</summary>
internal sealed class RelayOffer : TrackCopy, IDeadlineOwner
{
    /// <summary>How often the far end is told how things stand while it reads: by this it learns of losses that nothing follows, and of layers that come and go.</summary>
    private const long StateIntervalUs = 250_000;

    /// <summary>An offer that was never answered ends after this.</summary>
    private const long FirstPatienceUs = 30_000_000;

    private readonly RelayLink _link;
    private readonly Deadline _state;
    private readonly long[] _cursors;
    private ushort _wanted;
    // -1: the time is not known yet.
    private long _heardUs = -1;
    private long _patienceUs = FirstPatienceUs;
    private bool _hasEnded;

    public RelayOffer(RelayLink link, uint id, MediaTrack track)
        : base(track)
    {
        _link = link;
        Id = id;
        _state = new Deadline(this, DeadlineReason.RelayState);
        _cursors = new long[track.Layers.Length];
        if (track.HasEnded)
            _patienceUs = 0;
        track.Copies.Add(this);
        link.Engine.Timers.Set(_state, 0);
    }

    public uint Id { get; }

    /// <summary>It was offered once more.</summary>
    public void Renew()
    {
        _heardUs = -1;
        _patienceUs = FirstPatienceUs;
        _link.Engine.Timers.Set(_state, 0);
    }

    /// <summary>The far end says what it reads.</summary>
    public void Handle(RelayWant want, long nowUs)
    {
        _heardUs = nowUs;
        _patienceUs = _link.Options.DemandTimeoutUs;
        var layers = Track.Layers;
        for (var i = 0; i < layers.Length; i++)
        {
            var bit = 1 << i;
            if (((want.Layers ^ _wanted) & bit) != 0)
            {
                if ((want.Layers & bit) == 0)
                {
                    layers[i].Stream.Readers.Remove(this);
                }
                else
                {
                    _cursors[i] = layers[i].Stream.Head;
                    layers[i].Stream.Readers.Add(this);
                }
            }

            if ((want.Layers & want.Keyframes & bit) != 0)
                layers[i].RequestKeyframe();
        }

        _wanted = (ushort)(want.Layers & (1 << layers.Length) - 1);
        // The answer to every word of the far end: it may have missed the last one.
        SendState(nowUs);
        _link.Engine.Timers.Set(_state, NextUs(nowUs));
    }

    /// <summary>Sends again what the far end missed, if it is still here. Else nothing is said: it asks a few times, and then for a keyframe.</summary>
    public void Handle(in RelayMissing missing)
    {
        if (missing.Layer >= Track.Layers.Length || (_wanted >> missing.Layer & 1) == 0)
            return;
        var stream = Track.Layers[missing.Layer].Stream;
        var next = _cursors[missing.Layer];
        for (var i = 0; i < missing.Count; i++)
        {
            var number = next + (short)(missing[i] - (ushort)next);
            if (number < stream.Tail || number >= next)
                continue;
            if (_link.TrySend(RelayedPacket.Of(stream, in stream[number], Id, missing.Layer, number)))
                _link.Counters.CountRepeated();
        }
    }

    public override void CopyNews(long nowUs)
    {
        for (var i = 0; i < _cursors.Length; i++)
        {
            if ((_wanted >> i & 1) == 0)
                continue;
            var stream = Track.Layers[i].Stream;
            // What was overwritten in this very turn is a gap like any other.
            for (var at = Math.Max(_cursors[i], stream.Tail); at < stream.Head; at++)
                _link.TrySend(RelayedPacket.Of(stream, in stream[at], Id, i, at));
            _cursors[i] = stream.Head;
        }
    }

    public override void HandleLayers(long nowUs)
    {
        if (_wanted != 0)
            SendState(nowUs);
    }

    public override void HandleReport(TrackLayer layer, long nowUs)
    {
        if (_wanted != 0)
            SendState(nowUs);
    }

    public MediaPeer? Bearer => null;

    // What failed may well be the way to the far end: that asks again, and is told then.
    public void Abandon() => Withdraw();

    public void HandleDeadline<TSink>(ref TSink sink, DeadlineReason reason, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (_heardUs < 0)
            _heardUs = nowUs;
        if (nowUs - _heardUs >= _patienceUs)
        {
            End();
            return;
        }

        if (_wanted != 0)
            SendState(nowUs);
        _link.Engine.Timers.Set(_state, NextUs(nowUs));
    }

    public override void End()
    {
        if (_hasEnded)
            return;
        Withdraw();
        _link.Send(RelayRecordKind.Ended, Id);
    }

    /// <summary>Ends without a word: the far end knows, or is gone.</summary>
    public void Withdraw()
    {
        _hasEnded = true;
        _wanted = 0;
        foreach (var layer in Track.Layers)
            layer.Stream.Readers.Remove(this);
        Track.Copies.Remove(this);
        _link.Engine.Timers.Clear(_state);
        _link.Remove(this);
    }

    private long NextUs(long nowUs)
    {
        var end = _heardUs + _patienceUs;
        return _wanted == 0 ? end : Math.Min(end, nowUs + StateIntervalUs);
    }

    private void SendState(long nowUs)
    {
        Span<RelayedLayerState> layers = stackalloc RelayedLayerState[_cursors.Length];
        for (var i = 0; i < layers.Length; i++)
        {
            var layer = Track.Layers[i];
            var clock = layer.Stream.Clock;
            var flags = (layer.IsAlive(nowUs) ? RelayedLayerFlags.Alive : RelayedLayerFlags.None)
                | ((_wanted >> i & 1) != 0 ? RelayedLayerFlags.Sent : RelayedLayerFlags.None)
                | (clock.IsKnown ? RelayedLayerFlags.HasClock : RelayedLayerFlags.None);
            var rates = RelayedLayerState.Pack(layer.Stream.Rates.Read(nowUs));
            layers[i] = new RelayedLayerState(flags, (ushort)_cursors[i], clock.Ntp, clock.Timestamp, clock.ArrivalUs, layer.Stream.Source & RelayRecord.SourceMask, rates);
        }

        Span<byte> record = stackalloc byte[RelayedState.HeaderLength + RelayRecord.MaxLayers * RelayedState.EntryLength];
        _link.Send(record[..RelayedState.Write(record, Id, nowUs, layers)]);
    }
}
