// One subscriber's reading of one track: which layers, from where on, and when to change. What is chosen leaves by an OutgoingStream.
using System.Runtime.CompilerServices;
using Parley.Media.Bandwidth;
using Parley.Media.Engine;
using Parley.Media.Receive;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Srtp;

namespace Parley.Media.Forwarding;

/// <summary>A track on its way to one subscriber, under one SSRC that never changes.</summary>
public sealed class Subscription
{
    /// <summary>Every layer there is.</summary>
    public const int AllLayers = 255;

    /// <summary>
    /// When no beginning was seen for so long though packets come, any packet will do where none can be seen: what is encrypted from end to end shows no keyframes without a
    /// descriptor. Where one would be seen it is waited for: what comes before cannot be decoded.
    /// </summary>
    private const long BlindStartUs = 3_000_000;

    /// <summary>Whoever has waited for so long is worth a word: the publisher does not send what it is asked for.</summary>
    private const long PatienceUs = 5_000_000;

    private readonly OutgoingStream _outgoing;
    private readonly PeerBandwidth? _pace;
    private TrackLayer? _current;
    private long _cursor;
    // The first packet of a beginning that was overtaken, while what overtook it is still to be sent.
    private long _overtaken = -1;
    private TrackLayer? _next;
    private long _nextCursor;
    private long _waitingSinceUs;
    private int _requestsBefore;
    private bool _impatienceIsTold;
    private int _limitLayer = AllLayers;
    private int _limitTemporal = AllLayers;
    private int _allowedLayer = AllLayers;
    private int _allowedTemporal = AllLayers;
    private LayerCut _cut;
    private bool _isWaitingForPace;

    internal Subscription(MediaPeer subscriber, SendParameters parameters, ushort firstSequence)
    {
        Subscriber = subscriber;
        Parameters = parameters;
        _outgoing = new OutgoingStream(subscriber, parameters, firstSequence);
        _cut = new LayerCut(knowsDescriptors: parameters.Extensions.IdOf(HeaderExtension.DependencyDescriptor) != 0);
        // Sound is little and never waits.
        _pace = parameters.Kind == MediaKind.Video ? subscriber.Bandwidth : null;
    }

    /// <summary>Who receives it.</summary>
    public MediaPeer Subscriber { get; }

    /// <summary>What was negotiated.</summary>
    public SendParameters Parameters { get; }

    /// <summary>What is read; null while nothing is.</summary>
    public MediaTrack? Track { get; private set; }

    /// <summary>The simulcast layer that is sent, from 0 for the first of the offer; -1 while none is.</summary>
    public int CurrentLayer => _current is { } layer ? Array.IndexOf(layer.Track.Layers, layer) : -1;

    /// <summary>True while nothing is sent by wish.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Packets sent, retransmissions not among them.</summary>
    public long PacketsSent => _outgoing.PacketsSent;

    /// <summary>Bytes of payload sent.</summary>
    public long BytesSent => _outgoing.BytesSent;

    /// <summary>Packets that were overwritten before they could be read: the subscriber was too slow for the store.</summary>
    public long PacketsMissed { get; private set; }

    /// <summary>Packets sent again.</summary>
    public long PacketsRepeated => _outgoing.PacketsRepeated;

    /// <summary>Requests for packets that are not held any more, or were sent again just now.</summary>
    public long RepeatsRefused => _outgoing.RepeatsRefused;

    /// <summary>The share of packets that the subscriber lost of late, from 0 to 1.</summary>
    public double LossRate => _outgoing.LossRate;

    /// <summary>The last round trip to the subscriber and back, in microseconds; 0 while it is not known.</summary>
    public long RoundTripUs => _outgoing.RoundTripUs;

    /// <summary>Packets that the subscriber reports as lost.</summary>
    internal long PacketsLost => _outgoing.PacketsLost;

    /// <summary>Keyframes that the subscriber asked for (PLI or FIR).</summary>
    internal long KeyframesAsked { get; private set; }

    /// <summary>Set while the subscription is in its peer's list of those with news.</summary>
    internal bool HasNews { get; set; }

    /// <summary>True while no picture is sent because none fits what the way to the subscriber carries.</summary>
    public bool IsHeldBack { get; private set; }

    /// <summary>Who is served before whom where the way to the subscriber does not carry everything.</summary>
    public LayerPriority Priority
    {
        get => Demand.Priority;
        set => Demand.Priority = value;
    }

    /// <summary>What it would like to have, for the allocator of what the way carries.</summary>
    internal LayerDemand Demand { get; } = new();

    /// <summary>True when there are layers to choose from.</summary>
    internal bool HasLayers { get; set; }

    /// <summary>The most that is wanted.</summary>
    internal LayerChoice Limit => new(Math.Min(_limitLayer, LayerDemand.MaxSpatial - 1), Math.Min(_limitTemporal, LayerDemand.MaxTemporal - 1));

    /// <summary>Bytes that have come and were not sent yet.</summary>
    internal long BytesWaiting => _current?.Stream.BytesFrom(_cursor) ?? 0;

    internal bool HasReported => _outgoing.HasReported;

    internal ReadOnlySpan<byte> Cname => _outgoing.Cname;

    /// <summary>True while it waits for a picture to begin with.</summary>
    internal bool IsWaiting => _next is not null;

    /// <summary>Reads another track from its next keyframe on; the subscriber sees one stream that goes on. Null to read nothing.</summary>
    public void Switch(MediaTrack? track)
    {
        Detach();
        if (track is not null)
            Attach(track);
    }

    /// <summary>Limits what is sent. Down is at once; up is with the next keyframe, or where the stream allows.</summary>
    /// <param name="layer">The highest simulcast layer, or spatial layer of a scalable stream, from 0 on; <see cref="AllLayers"/> for no limit.</param>
    /// <param name="temporal">The highest temporal layer, from 0 on; <see cref="AllLayers"/> for no limit.</param>
    /// <exception cref="ArgumentOutOfRangeException">One is negative or above <see cref="AllLayers"/>.</exception>
    public void SetLayers(int layer, int temporal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layer, AllLayers);
        ArgumentOutOfRangeException.ThrowIfNegative(temporal);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(temporal, AllLayers);
        (_limitLayer, _limitTemporal) = (layer, temporal);
        Want();
    }

    /// <summary>What the way to the subscriber carries; it is sent unless less is wanted.</summary>
    /// <param name="choice">The highest layers; nothing at all holds the picture back.</param>
    /// <param name="orLowest">True to send the lowest layer rather than nothing: while the way is not known, nobody's picture is left out.</param>
    internal void Allow(LayerChoice choice, bool orLowest)
    {
        var isNothing = choice == LayerChoice.None && !Demand.IsAudio && Demand.IsWanted && !orLowest;
        var (layer, temporal) = (AllLayers, AllLayers);
        // Whoever comes back from nothing begins with the least.
        if (HasLayers)
            (layer, temporal) = choice == LayerChoice.None ? (0, AllLayers) : (choice.Spatial, choice.Temporal);
        Allow(layer, temporal, isNothing);
    }

    /// <summary>Nothing is known of the way to the subscriber: what is wanted is sent.</summary>
    internal void AllowAll() => Allow(AllLayers, AllLayers, isNothing: false);

    private void Allow(int layer, int temporal, bool isNothing)
    {
        if (IsHeldBack && !isNothing && !IsPaused && Track is { } track)
        {
            IsHeldBack = false;
            Switch(track);
        }

        IsHeldBack = isNothing;
        if ((layer, temporal) == (_allowedLayer, _allowedTemporal))
            return;
        (_allowedLayer, _allowedTemporal) = (layer, temporal);
        Want();
    }

    private void Want()
    {
        _cut.Want(Math.Min(_limitLayer, _allowedLayer), Math.Min(_limitTemporal, _allowedTemporal));
        if (Track is not { } track)
            return;
        if (track.Layers.Length == 1 && _cut.NeedsKeyframe(_current, _cursor - 1))
            Ask(track.Layers[0]);
        Choose(track, track.Engine.LastUs);
    }

    /// <summary>Sends nothing until <see cref="Resume"/>; the subscriber misses nothing of the sequence.</summary>
    public void Pause() => IsPaused = true;

    /// <summary>Goes on, video from its next keyframe on.</summary>
    public void Resume()
    {
        if (!IsPaused)
            return;
        IsPaused = false;
        if (Track is { } track)
            Switch(track);
    }

    internal void Attach(MediaTrack track)
    {
        Detach();
        Track = track;
        track.Subscriptions.Add(this);
        Subscriber.Bandwidth.Reconsider(track.Engine.LastUs);
        Choose(track, track.Engine.LastUs);
        track.WatchLayers();
    }

    internal void Detach()
    {
        _current?.Stream.Readers.Remove(this);
        _current = null;
        StopWaiting();
        Track?.Subscriptions.Remove(this);
        Track = null;
    }

    /// <summary>Takes what the subscriber reports of our SSRC.</summary>
    /// <returns>How many packets the report speaks of.</returns>
    internal long HandleReport(in ReportBlock block, long nowUs) => _outgoing.HandleReport(in block, nowUs);

    /// <summary>The subscriber cannot go on decoding.</summary>
    internal void RequestKeyframe()
    {
        KeyframesAsked++;
        Subscriber.Engine.Repairs.KeyframesAsked++;
        (_current ?? _next)?.RequestKeyframe();
    }

    /// <summary>Asks once more for what is waited for; says once that it does not come though packets do.</summary>
    internal void RequestBeginning<TSink>(ref TSink sink, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (_next is not { } next || !CanBeSent)
            return;
        next.RequestKeyframe();
        var waitedUs = nowUs - _waitingSinceUs;
        if (waitedUs < PatienceUs || _impatienceIsTold || !next.IsAlive(nowUs))
            return;
        _impatienceIsTold = true;
        Subscriber.Engine.Repairs.KeyframesMissing++;
        var publisher = next.Track.PublisherId ?? default;
        sink.Raise(new KeyframeMissing(Subscriber.Id, Parameters.Mid, publisher, next.Track.Parameters.Mid, next.Rid, waitedUs, next.KeyframeRequests - _requestsBefore));
    }

    internal bool TryReport(long nowUs, out SenderInformation information)
    {
        information = default;
        return _current is { } layer && _outgoing.TryReport(layer.Stream, nowUs, out information);
    }

    /// <summary>Sends more than there is, to see whether the way carries it.</summary>
    /// <returns>Bytes sent.</returns>
    internal int SendProbe<TSink>(ref TSink sink, int path, SrtpSender srtp, int bytes, long nowUs)
        where TSink : struct, IMediaSink => _outgoing.SendProbe(ref sink, path, srtp, bytes, nowUs);

    internal void Repeat<TSink>(ref TSink sink, int path, SrtpSender srtp, ushort number, long nowUs)
        where TSink : struct, IMediaSink => _outgoing.Repeat(ref sink, path, srtp, number, nowUs);

    /// <summary>Turns to the best layer that is wanted and alive. Called now and then, and when what is wanted changes.</summary>
    internal void Choose(MediaTrack track, long nowUs)
    {
        var best = track.BestLayer(_cut.WantedSpatial, nowUs);
        if (best == _next || (best == _current && _next is null))
            return;
        StopWaiting();
        if (best == _current)
            return;
        _next = best;
        _nextCursor = best.Stream.Head;
        _waitingSinceUs = nowUs;
        _requestsBefore = best.KeyframeRequests;
        best.Stream.Readers.Add(this);
        Ask(best);
    }

    /// <summary>The subscriber can be sent to from now on: what is waited for is asked for, and the waiting begins.</summary>
    internal void AskForBeginning(long nowUs)
    {
        if (_next is not { } next || !CanBeSent)
            return;
        _waitingSinceUs = nowUs;
        _requestsBefore = next.KeyframeRequests;
        next.RequestKeyframe();
    }

    private bool CanBeSent => !IsPaused && Subscriber.IsConnected;

    // A keyframe costs everybody who watches: none is asked for who could not be sent it.
    private void Ask(TrackLayer layer)
    {
        if (CanBeSent)
            layer.RequestKeyframe();
    }

    /// <summary>Sends what has come since the last time.</summary>
    internal void Forward<TSink>(ref TSink sink, int path, SrtpSender srtp, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (_current is not null)
            ForwardCurrent(ref sink, path, srtp, nowUs);
        if (_next is not null && TryBegin(ref sink, path, srtp, nowUs))
            ForwardCurrent(ref sink, path, srtp, nowUs);
    }

    /// <summary>Passes over what has come: nobody can be sent to yet.</summary>
    internal void Skip()
    {
        if (_next is { } next)
            _nextCursor = next.Stream.Head;
        if (_current is not { } layer)
            return;
        // Whoever could not be sent a part of it needs another beginning.
        _current = null;
        layer.Stream.Readers.Remove(this);
        Choose(layer.Track, layer.Track.Engine.LastUs);
        layer.Track.WatchLayers();
    }

    private void ForwardCurrent<TSink>(ref TSink sink, int path, SrtpSender srtp, long nowUs)
        where TSink : struct, IMediaSink
    {
        var stream = _current!.Stream;
        if (_cursor < stream.Tail)
        {
            PacketsMissed += stream.Tail - _cursor;
            _cursor = stream.Tail;
        }

        var pace = _pace is { IsPacing: true } ? _pace : null;
        if (_isWaitingForPace && _cursor < stream.Head)
        {
            _isWaitingForPace = false;
            _pace!.NoteWait(nowUs - stream[Math.Max(_cursor, _overtaken)].ArrivalUs);
        }

        var begun = _cursor <= _overtaken ? stream[_overtaken].Sequence : long.MinValue;
        for (; _cursor < stream.Head; _cursor++)
        {
            if (pace is not null && !pace.MaySend(nowUs))
            {
                _isWaitingForPace = true;
                pace.Hold(this);
                return;
            }

            ref readonly var packet = ref stream[_cursor];
            if (packet.Sequence > begun)
                ForwardOne(ref sink, path, srtp, stream, in packet, _cursor, nowUs);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ForwardOne<TSink>(ref TSink sink, int path, SrtpSender srtp, LayerStream stream, in StoredPacket packet, long arrival, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (IsChosen(in packet, out var marker))
            _outgoing.Send(ref sink, path, srtp, stream, in packet, arrival, marker, nowUs);
        else
            _outgoing.Drop(in packet);
    }

    private bool IsChosen(in StoredPacket packet, out bool marker)
    {
        marker = packet.Is(PacketFlags.Marker);
        if (IsPaused || (IsHeldBack && _outgoing.EndsFrame) || packet.Is(PacketFlags.PaddingOnly) || !_outgoing.Takes(packet.PayloadType))
            return false;
        return _cut.Takes(_current!, in packet, ref marker);
    }

    /// <summary>Goes over to the layer that is waited for, if it has come to a beginning.</summary>
    private bool TryBegin<TSink>(ref TSink sink, int path, SrtpSender srtp, long nowUs)
        where TSink : struct, IMediaSink
    {
        var next = _next!;
        var isBlind = nowUs - _waitingSinceUs >= BlindStartUs && !next.ShowsKeyframes;
        if (!Beginning.TryFind(next.Stream, ref _nextCursor, isBlind, nowUs, out var beginning))
            return false;
        _current?.Stream.Readers.Remove(this);
        (_current, _next) = (next, null);
        (_cursor, _overtaken) = (beginning.Rest, beginning.Rest < beginning.First ? beginning.First : -1);
        _cut.Begin();
        _outgoing.BeginSource(next, next.Stream[beginning.First].Source);
        // Ahead of what overtook it: numbers begin with it, and decoders.
        if (_overtaken >= 0)
            ForwardOne(ref sink, path, srtp, next.Stream, in next.Stream[_overtaken], _overtaken, nowUs);
        return true;
    }

    private void StopWaiting()
    {
        _next?.Stream.Readers.Remove(this);
        _next = null;
    }
}
