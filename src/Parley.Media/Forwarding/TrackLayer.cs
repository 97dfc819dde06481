// One encoding of a track: its store, and what is asked of the publisher for it. RFC 4585 §6.2.1, §6.3.1; RFC 5104 §4.3.1.
using Parley.Media.Codecs;
using Parley.Media.Engine;
using Parley.Media.Receive;
using Parley.Media.Rtp;
using Parley.Media.Srtp;

namespace Parley.Media.Forwarding;

/// <summary>A layer that a publisher sends.</summary>
internal sealed class TrackLayer : IDeadlineOwner
{
    /// <summary>A keyframe is large; one in this time is enough for any number of subscribers that want one.</summary>
    public const long KeyframePauseUs = 500_000;

    /// <summary>From the last number of a stream to the first of the next: packets of that one that were overtaken are accepted so far back, and no farther.</summary>
    private const int SourceGap = SrtpReceiveState.WindowLength;

    private readonly Deadline _keyframe;
    private readonly Deadline _retransmission;
    private readonly MissingPackets? _missing;
    private readonly bool _takesPictureLoss;
    private IncomingStream? _lastSource;
    private IncomingStream? _formerSource;
    private long _packetsBefore;
    private long _bytesBefore;
    private PayloadInspector _inspector;
    private DependencyReader? _descriptors;
    private long _lastPacketUs = long.MinValue / 2;
    private long _keyframeAskedUs = long.MinValue / 2;
    private long _keyframeUs = -1;
    private long _packetsRequested;
    private long _lostBefore;

    public TrackLayer(MediaTrack track, string? rid, LayerStream stream)
    {
        Track = track;
        Rid = rid;
        Stream = stream;
        _keyframe = new Deadline(this, DeadlineReason.Keyframe);
        _retransmission = new Deadline(this, DeadlineReason.Retransmission);
        // A relay knows by numbers of its own what it missed.
        if (track.Publisher is not null && track.Parameters.Codecs.Any(static codec => codec.Has("nack")))
            _missing = new MissingPackets();
        _takesPictureLoss = !track.Parameters.Codecs.Any(static codec => codec.Has("ccm fir")) || track.Parameters.Codecs.Any(static codec => codec.Has("nack pli"));
    }

    public MediaTrack Track { get; }

    public string? Rid { get; }

    public LayerStream Stream { get; }

    /// <summary>Where its packets come from; null before the first.</summary>
    public IncomingStream? Source { get; set; }

    /// <summary>The newest structure of a described stream; null before the first, and for any other.</summary>
    public DependencyStructure? Structure => _descriptors?.Structure;

    /// <summary>The structure by which a described packet was understood.</summary>
    public DependencyStructure? StructureOf(in StoredPacket packet) => _descriptors?[packet.Structure];

    /// <summary>How often the publisher was asked for a keyframe.</summary>
    public int KeyframeRequests { get; private set; }

    /// <summary>True when a keyframe of this layer can be told from other frames: it is described, or not encrypted from end to end.</summary>
    public bool ShowsKeyframes => Structure is not null || _inspector.IsLegible;

    private MediaEngine Engine => Track.Engine;

    /// <summary>True when it is worth waiting for: it has sent something of late.</summary>
    public bool IsAlive(long nowUs) => nowUs - _lastPacketUs < MediaTrack.LayerSilenceUs;

    /// <summary>
    /// A packet of another stream than the one before has come. The newest is followed and the former never again: under one number subscribers would be sent different packets,
    /// encrypted with the same key stream (RFC 3711 §9.1).
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="sequence">The packet's number.</param>
    /// <param name="last">The one that was followed so far; null when it is the same, or the first.</param>
    /// <param name="gone">The one that was followed before the last; nothing of it is on its way any more.</param>
    /// <returns>False for a stream whose place was taken.</returns>
    public bool TryFollow(IncomingStream stream, long sequence, out IncomingStream? last, out IncomingStream? gone)
    {
        (last, gone) = (null, null);
        if (stream.IsRetired)
            return false;
        if (_lastSource is { } followed && followed != stream)
        {
            last = followed;
            (gone, _formerSource) = (_formerSource, last);
            if (gone is not null)
                (_packetsBefore, _bytesBefore) = (_packetsBefore + gone.Packets, _bytesBefore + gone.Bytes);
            last.IsRetired = true;
            stream.SequenceOffset = last.HighestSequence + last.SequenceOffset + SourceGap - sequence;
            BeginSource();
        }

        Source = _lastSource = stream;
        return true;
    }

    /// <summary>Another source has timestamps, pictures, frames and structures of its own, and begins with a keyframe or is asked for one.</summary>
    public void BeginSource()
    {
        Stream.Clock.BeginSource();
        _inspector.BeginSource();
        _descriptors?.BeginSource();
        if (_missing is not null)
        {
            _missing.BeginSource();
            CountLost();
        }

        if (Stream.Readers.Any)
            RequestKeyframe();
    }

    /// <summary>A packet of this number is here.</summary>
    /// <returns>True when the layer has come to life by it.</returns>
    public bool Arrived(long sequence, long nowUs)
    {
        var wasAlive = IsAlive(nowUs);
        _lastPacketUs = nowUs;
        if (_missing is not null)
        {
            if (!_missing.Arrived(sequence, nowUs))
            {
                RequestKeyframe();
                CountLost();
            }

            if (_missing.Count > 0)
                Engine.Timers.SetNoLater(_retransmission, _missing.NextUs());
        }

        return !wasAlive;
    }

    /// <summary>The other end of the relay says whether the layer is alive there: one that nobody here reads sends nothing by which that could be told.</summary>
    /// <returns>True when that has changed.</returns>
    public bool SetAlive(bool isAlive, long nowUs)
    {
        var wasAlive = IsAlive(nowUs);
        _lastPacketUs = isAlive ? nowUs : long.MinValue / 2;
        return wasAlive != isAlive;
    }

    /// <summary>The publisher has told its clock. Subscribers can set audio and video in step from now on: those who wait for it are told at once.</summary>
    public void HandleReport(ulong ntp, uint timestamp, long arrivalUs, long nowUs)
    {
        Stream.Clock.Report(ntp, timestamp, arrivalUs);
        foreach (var reader in Stream.Readers)
        {
            if (!reader.HasReported)
                reader.Subscriber.Feedback.ReportSoon(nowUs);
        }

        Engine.Copies.TellReport(this, nowUs);
    }

    /// <summary>Looks into a payload and its descriptor. A keyframe answers whatever was still to be asked.</summary>
    public void Inspect(PayloadKind kind, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> descriptor, ref StoredPacket packet)
    {
        _inspector.Inspect(kind, payload, ref packet);
        if (!descriptor.IsEmpty && (_descriptors ??= new DependencyReader()).TryRead(descriptor, out var described))
        {
            packet.Structure = _descriptors.Last;
            PayloadInspector.Describe(in described, _descriptors[packet.Structure]!, ref packet);
        }

        if (packet.Is(PacketFlags.Keyframe) && kind != PayloadKind.Opaque)
        {
            _keyframeUs = packet.ArrivalUs;
            Engine.Timers.Clear(_keyframe);
        }
    }

    /// <summary>What the layer did.</summary>
    /// <param name="streams">Its sources, the present one and those before it.</param>
    /// <param name="nowUs">The time.</param>
    public LayerStatistics ReadStatistics(IEnumerable<IncomingStream> streams, long nowUs)
    {
        var (packets, bytes) = (_packetsBefore, _bytesBefore);
        foreach (var stream in streams)
            (packets, bytes) = (packets + stream.Packets, bytes + stream.Bytes);
        return new LayerStatistics
        {
            Mid = Track.Parameters.Mid,
            Kind = Track.Parameters.Kind,
            Rid = Rid,
            IsAlive = IsAlive(nowUs),
            Packets = packets,
            Bytes = bytes,
            PacketsLost = _missing?.Lost ?? 0,
            PacketsRequested = _packetsRequested,
            KeyframeRequests = KeyframeRequests,
            KeyframeAgeUs = _keyframeUs < 0 ? -1 : nowUs - _keyframeUs,
            JitterUs = Source is { } source ? (source.ScaledJitter >> 4) * 1_000_000 / Stream.ClockRate : 0,
            Readers = Stream.Readers.Count,
        };
    }

    /// <summary>Asks for a keyframe at once, or as soon as the pause after the last request is over.</summary>
    public void RequestKeyframe()
    {
        if (Track.Parameters.Kind == MediaKind.Video)
            Engine.Timers.SetNoLater(_keyframe, _keyframeAskedUs + KeyframePauseUs);
    }

    public MediaPeer? Bearer => Track.Publisher;

    public void Abandon() => Track.Relay?.End();

    public void HandleDeadline<TSink>(ref TSink sink, DeadlineReason reason, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (reason == DeadlineReason.Keyframe)
            AskForKeyframe(ref sink, nowUs);
        else
            AskForMissing(ref sink, nowUs);
    }

    public void Close()
    {
        Engine.Timers.Clear(_keyframe);
        Engine.Timers.Clear(_retransmission);
    }

    private void AskForKeyframe<TSink>(ref TSink sink, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (Track.Relay is { } relay)
        {
            _keyframeAskedUs = nowUs;
            KeyframeRequests++;
            relay.AskForKeyframe(this);
            return;
        }

        // Before the first packet there is nobody to ask; it begins with a keyframe anyway.
        if (Source is not { } source)
            return;
        _keyframeAskedUs = nowUs;
        KeyframeRequests++;
        Engine.Repairs.KeyframeRequests++;
        Track.Publisher!.Feedback.SendKeyframeRequest(ref sink, source.Ssrc, _takesPictureLoss);
    }

    private void AskForMissing<TSink>(ref TSink sink, long nowUs)
        where TSink : struct, IMediaSink
    {
        Span<ushort> numbers = stackalloc ushort[MissingPackets.MaxMissing];
        var count = _missing!.TakeDue(nowUs, numbers, out var gaveUp);
        _packetsRequested += count;
        Engine.Repairs.PacketsRequested += count;
        if (count > 0 && Source is { } source)
        {
            foreach (ref var number in numbers[..count])
                number -= (ushort)source.SequenceOffset;
            Track.Publisher!.Feedback.SendNack(ref sink, source.Ssrc, numbers[..count]);
        }

        if (gaveUp)
        {
            RequestKeyframe();
            CountLost();
        }

        if (_missing.Count > 0)
            Engine.Timers.SetNoLater(_retransmission, _missing.NextUs());
    }

    private void CountLost()
    {
        Engine.Repairs.PacketsLost += _missing!.Lost - _lostBefore;
        _lostBefore = _missing.Lost;
    }
}
