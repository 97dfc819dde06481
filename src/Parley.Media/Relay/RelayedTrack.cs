// The far end of a relayed track: feeds the stores that subscriptions read, and says which of them are read.
using System.Numerics;
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Receive;
using Parley.Media.Rtp;

namespace Parley.Media.Relay;

/// <summary>A track that comes from the other end of a link.</summary>
internal sealed class RelayedTrack : IDeadlineOwner
{
    private const long FirstRepeatUs = 100_000;
    private const long LastRepeatUs = 1_000_000;

    private readonly RelayLink _link;
    private readonly Deadline _demand;
    private readonly Deadline _retransmission;
    private readonly RelayedLayer[] _layers;
    private RelayClock _clock;
    private ushort _wanted;
    private ushort _keyframes;
    private long _repeatUs = FirstRepeatUs;
    private int _holds;
    // -1: the time is not known yet.
    private long _idleSinceUs = -1;

    public RelayedTrack(RelayLink link, uint id, ReceiveParameters parameters, object? clockOwner)
    {
        _link = link;
        Id = id;
        _clock = new RelayClock(link.Options.SharesClock);
        _demand = new Deadline(this, DeadlineReason.RelayDemand);
        _retransmission = new Deadline(this, DeadlineReason.Retransmission);
        Track = new MediaTrack(link.Engine, parameters, publisher: null, clockOwner ?? this) { Relay = this };
        _layers = [.. Track.Layers.Select(static _ => new RelayedLayer())];
        foreach (var layer in Track.Layers)
            layer.Stream.Readers.Supplier = this;
    }

    public uint Id { get; }

    public MediaTrack Track { get; }

    private MediaEngine Engine => _link.Engine;

    /// <summary>Somebody is about to read it.</summary>
    public void Renew()
    {
        _idleSinceUs = -1;
        ReadersChanged();
    }

    /// <summary>Somebody may read it later, and wants it to be there then.</summary>
    public void Hold() => _holds++;

    /// <summary>One of those does not any more.</summary>
    public void Release()
    {
        _holds--;
        Renew();
    }

    /// <summary>Somebody has begun to read a layer, or nobody reads it any more.</summary>
    public void ReadersChanged()
    {
        if (!Track.HasEnded)
            Engine.Timers.SetNoLater(_demand, 0);
    }

    /// <summary>A layer needs a keyframe.</summary>
    public void AskForKeyframe(TrackLayer layer)
    {
        _keyframes |= (ushort)(1 << Array.IndexOf(Track.Layers, layer));
        SendWant();
    }

    /// <summary>Takes a packet. False when it belongs to no layer.</summary>
    public bool TryHandle(in RelayedPacket packet, long nowUs)
    {
        if (packet.Layer >= _layers.Length)
            return false;
        _clock.Observe(packet.ArrivalUs, nowUs, isJustWritten: false);
        // Nobody reads it any more: what comes was on its way.
        if ((_wanted >> packet.Layer & 1) == 0)
            return true;
        var layer = Track.Layers[packet.Layer];
        var isNew = _layers[packet.Layer].TryTake(packet.Number, packet.Sequence, nowUs, out var isBroken);
        Watch(packet.Layer, isBroken);
        if (!isNew)
        {
            _link.Counters.CountDuplicate();
            return true;
        }

        if (!_layers[packet.Layer].TryFollow(packet.Source, isLater: isBroken, out var begins))
        {
            Engine.Drops.Count(DropReason.UnknownStream);
            return true;
        }

        if (begins)
            layer.BeginSource();
        Store(layer, in packet, nowUs);
        return true;
    }

    /// <summary>Takes what the other end says of the layers. False when it is of other layers than there are.</summary>
    public bool TryHandle(in RelayedState state, long nowUs)
    {
        if (state.Count != _layers.Length)
            return false;
        _clock.Observe(state.SentUs, nowUs, isJustWritten: true);
        var isChanged = false;
        for (var i = 0; i < _layers.Length; i++)
        {
            var (told, layer) = (state[i], Track.Layers[i]);
            isChanged |= layer.SetAlive(told.Is(RelayedLayerFlags.Alive), nowUs);
            var isRead = (_wanted >> i & 1) != 0;
            // Of one that is read the packets tell where the next source begins.
            if (!isRead && _layers[i].TryFollow(told.Source, isLater: true, out var begins) && begins)
                layer.BeginSource();
            var clock = layer.Stream.Clock;
            if (told.Is(RelayedLayerFlags.HasClock) && _layers[i].IsSource(told.Source) && (!clock.IsKnown || (clock.Ntp, clock.Timestamp) != (told.Ntp, told.Timestamp)))
                layer.HandleReport(told.Ntp, told.Timestamp, _clock.ToOurs(told.ArrivalUs, nowUs), nowUs);
            if (!isRead)
                layer.Stream.Rates.Take(in told, nowUs);
            else if (told.Is(RelayedLayerFlags.Sent))
                Watch(i, !_layers[i].Expect(told.Next, nowUs));
        }

        if (isChanged)
            Track.ChooseLayers(nowUs);
        return true;
    }

    public MediaPeer? Bearer => null;

    public void Abandon() => End();

    public void HandleDeadline<TSink>(ref TSink sink, DeadlineReason reason, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (reason == DeadlineReason.RelayDemand)
            TellDemand(nowUs);
        else
            AskForMissing(nowUs);
    }

    /// <summary>The track is no more: its publisher has gone, or nobody reads it.</summary>
    public void End()
    {
        if (Track.HasEnded)
            return;
        Track.Close();
        Engine.Timers.Clear(_demand);
        Engine.Timers.Clear(_retransmission);
        _link.Remove(this);
    }

    private void Store(TrackLayer layer, in RelayedPacket packet, long nowUs)
    {
        if (Track.Codec(packet.PayloadType) is null)
        {
            Engine.Drops.Count(DropReason.UnknownPayload);
            return;
        }

        if (layer.Arrived(packet.Sequence, nowUs))
            Track.ChooseLayers(nowUs);
        var store = layer.Stream;
        var room = store.Reserve(packet.Extensions.Length + packet.Payload.Length, nowUs);
        packet.Extensions.CopyTo(room);
        packet.Payload.CopyTo(room[packet.Extensions.Length..]);
        var arrived = new StoredPacket
        {
            Sequence = packet.Sequence,
            ArrivalUs = _clock.ToOurs(packet.ArrivalUs, nowUs),
            Timestamp = packet.Timestamp,
            ExtensionLength = (ushort)packet.Extensions.Length,
            PayloadLength = (ushort)packet.Payload.Length,
            PayloadType = packet.PayloadType,
            Flags = ((packet.Flags & RelayedPacketFlags.Marker) != RelayedPacketFlags.None ? PacketFlags.Marker : PacketFlags.None)
                | ((packet.Flags & RelayedPacketFlags.Retransmitted) != RelayedPacketFlags.None ? PacketFlags.Retransmitted : PacketFlags.None),
        };
        if (packet.Payload.IsEmpty)
            arrived.Flags |= PacketFlags.PaddingOnly;
        else
            layer.Inspect(Track.Kind(packet.PayloadType), packet.Payload, ForwardedExtensions.Descriptor(packet.Extensions), ref arrived);
        store.Commit(in arrived);
        if (Track.Voice is { } voice && !arrived.Is(PacketFlags.Retransmitted))
            voice.HandleExtensions(packet.Extensions, nowUs);
        Track.HasStarted = true;
        Engine.NoteNews(store);
    }

    private void TellDemand(long nowUs)
    {
        ushort wanted = 0;
        for (var i = 0; i < _layers.Length; i++)
        {
            if (Track.Layers[i].Stream.Readers.Any)
                wanted |= (ushort)(1 << i);
        }

        for (var begun = wanted & ~_wanted; begun != 0; begun &= begun - 1)
            _layers[BitOperations.TrailingZeroCount(begun)].Restart();
        if (wanted != 0 || _wanted != 0 || _holds > 0 || _idleSinceUs < 0)
            _idleSinceUs = nowUs;
        if (nowUs - _idleSinceUs >= _link.Options.LingerUs)
        {
            End();
            _link.Send(RelayRecordKind.Stop, Id);
            return;
        }

        // Soon again when it has changed, for it may be lost; then as a sign of life.
        _repeatUs = wanted != _wanted ? FirstRepeatUs : Math.Min(_repeatUs * 2, LastRepeatUs);
        _wanted = wanted;
        SendWant();
        Engine.Timers.Set(_demand, nowUs + _repeatUs);
    }

    private void SendWant()
    {
        Span<byte> record = stackalloc byte[RelayWant.Length];
        new RelayWant(_wanted, _keyframes).Write(record, Id);
        _keyframes &= (ushort)~_wanted;
        _link.Send(record);
    }

    private void Watch(int layer, bool isBroken)
    {
        if (isBroken)
            Track.Layers[layer].RequestKeyframe();
        Engine.Timers.SetNoLater(_retransmission, _layers[layer].NextUs);
    }

    private void AskForMissing(long nowUs)
    {
        Span<ushort> numbers = stackalloc ushort[MissingPackets.MaxMissing];
        Span<byte> record = stackalloc byte[RelayMissing.MaxLength];
        for (var i = 0; i < _layers.Length; i++)
        {
            if (_layers[i].NextUs > nowUs || (_wanted >> i & 1) == 0)
                continue;
            var count = _layers[i].TakeDue(nowUs, numbers, out var gaveUp);
            if (count > 0)
                _link.Send(record[..RelayMissing.Write(record, Id, i, numbers[..count])]);
            Watch(i, gaveUp);
        }
    }
}
