// One SSRC that a subscriber is sent: gives packets the subscriber's numbers, and encrypts them where they are sent from. RFC 3550, RFC 3711, RFC 4588.
using System.Buffers.Binary;
using System.Text;
using Parley.Media.Codecs;
using Parley.Media.Engine;
using Parley.Media.Receive;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Srtp;

namespace Parley.Media.Forwarding;

/// <summary>What leaves under the SSRC of a subscription, and under that of its retransmissions.</summary>
internal sealed class OutgoingStream
{
    /// <summary>A packet is not sent again sooner: the request for it was on its way when it left. Shorter than any round trip worth repairing twice.</summary>
    private const long RepeatPauseUs = 10_000;

    private const int MaxRepeats = 10;

    /// <summary>Numbers left free where a publisher's next source begins with anything but a keyframe's first packet, which may come yet.</summary>
    private const int RoomForOvertaken = 8;

    private readonly MediaPeer _subscriber;
    private readonly SendParameters _parameters;
    private readonly PacketWriter _writer;
    private readonly PeerBandwidth _bandwidth;
    private readonly bool _isNumbered;
    private readonly uint _ssrc;
    private readonly byte[] _mid;
    private readonly byte[] _cname;
    private readonly byte[] _retransmissionTypes = new byte[128];
    private readonly SentLog? _sent;
    private readonly SubscriberReports _reports = new();
    private PayloadTypeMap _types = new();
    private GivenNumbers _given;
    private SequenceMap _sequences;
    private TimestampMap _timestamps;
    private PictureNumbers _pictures;
    private FrameNumbers _frames;
    private RecentSources _sources;
    private TrackLayer? _source;
    private long _retransmissionSequence;
    private long _paddingSent;
    private long _sentBefore;
    private uint _lastTimestamp;
    private byte _lastType;
    private byte _sourceNumber;
    private bool _midIsKnown;

    public OutgoingStream(MediaPeer subscriber, SendParameters parameters, ushort firstSequence)
    {
        _subscriber = subscriber;
        _parameters = parameters;
        _writer = new PacketWriter(parameters.Extensions, _types.Table, parameters.Codecs.FirstOrDefault(static codec => codec.Is("red"))?.PayloadType ?? PayloadTypeMap.NotTaken);
        _bandwidth = subscriber.Bandwidth;
        _isNumbered = parameters.Extensions.IdOf(HeaderExtension.TransportSequence) != 0;
        _ssrc = parameters.Ssrc;
        _mid = Encoding.ASCII.GetBytes(parameters.Mid);
        _cname = Encoding.UTF8.GetBytes(parameters.Cname);
        // The low half of the first round, so that no packet before the first wraps backwards at a receiver that joins (RFC 3711 §3.3.1).
        _sequences.Start(firstSequence & 0x7FFF);
        _given = new GivenNumbers(firstSequence & 0x7FFF);
        Array.Fill(_retransmissionTypes, PayloadTypeMap.NotTaken);
        foreach (var codec in parameters.Codecs)
        {
            if (codec.RetransmissionPayloadType is { } type)
                _retransmissionTypes[codec.PayloadType & 127] = type;
        }

        if (parameters.Codecs.Any(static codec => codec.Has("nack")))
            _sent = new SentLog();
    }

    public ReadOnlySpan<byte> Cname => _cname;

    public long PacketsSent { get; private set; }

    public long BytesSent { get; private set; }

    public long PacketsRepeated { get; private set; }

    public long RepeatsRefused { get; private set; }

    public long PacketsLost => _reports.PacketsLost;

    public double LossRate => _reports.LossRate;

    public long RoundTripUs => _reports.RoundTripUs;

    /// <summary>True when what was sent last ends a frame: nothing is cut in the middle here.</summary>
    public bool EndsFrame { get; private set; }

    /// <summary>True when the subscriber was sent a sender report.</summary>
    public bool HasReported => _reports.HasReported;

    /// <summary>What comes next is of another layer or track, and of this source of its publisher: its numbers go on from those of the last.</summary>
    public void BeginSource(TrackLayer source, byte number)
    {
        _source = source;
        _sources.Add(source.Stream, isUsed: PacketsSent != _sentBefore);
        _sentBefore = PacketsSent;
        BeginNumbers(number);
        _types.BeginSource(source.Track.Parameters.Codecs, _parameters.Codecs);
    }

    /// <summary>True when the subscriber takes packets of this type.</summary>
    public bool Takes(byte payloadType) => _types.Of(payloadType) != PayloadTypeMap.NotTaken;

    /// <summary>Leaves a packet out, so that nothing of it is missed.</summary>
    public void Drop(in StoredPacket packet)
    {
        if (packet.Source != _sourceNumber)
            BeginNumbers(packet.Source);
        _sequences.Drop(packet.Sequence);
        _pictures.Drop(in packet);
    }

    /// <summary>Sends a packet for the first time; one from before the source began is left out, and one for which there is no number that nothing else was sent under.</summary>
    /// <param name="sink">Where to.</param>
    /// <param name="path">The subscriber's path.</param>
    /// <param name="srtp">The subscriber's keys.</param>
    /// <param name="stream">Where the packet is.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="arrival">Its arrival number there.</param>
    /// <param name="marker">The marker bit that it gets.</param>
    /// <param name="nowUs">The time.</param>
    public void Send<TSink>(ref TSink sink, int path, SrtpSender srtp, LayerStream stream, in StoredPacket packet, long arrival, bool marker, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (packet.Source != _sourceNumber)
            Follow(in packet);
        if (!_sequences.TryMap(packet.Sequence, out var sequence) || !_given.TryTake(sequence))
            return;
        // Its number is used up: to the subscriber it is lost, as on any way that is too narrow for it.
        if (!_writer.Fits(stream, in packet, _midIsKnown ? 0 : _mid.Length, srtp.RtpOverhead))
        {
            _subscriber.Drop(DropReason.TooLong);
            return;
        }

        var sent = new SentPacket
        {
            Sequence = sequence,
            Arrival = arrival,
            SentUs = nowUs,
            Source = _sources.Newest,
            Timestamp = _timestamps.Map(stream, in packet),
            TransportSequence = _isNumbered ? _subscriber.NextTransportSequence() : (ushort)0,
            PayloadType = _types.Of(packet.PayloadType),
            Flags = (_midIsKnown ? SentFlags.None : SentFlags.Mid) | (marker ? SentFlags.Marker : SentFlags.None),
        };
        if (packet.Is(PacketFlags.Described) && _frames.Map(in packet, _source?.StructureOf(in packet)) is { } frames)
        {
            sent.Flags |= SentFlags.Renumbered;
            (sent.Frame, sent.TemplateShift) = (frames.Frame, frames.TemplateShift);
        }

        if (_pictures.Map(in packet, out sent.Picture, out sent.BaseLayerIndex))
            sent.Flags |= SentFlags.Rewritten;
        var length = Write(ref sink, path, srtp, stream, in packet, in sent);
        // Not before: the place is rarely in a cache, and the cipher reads the header just written, behind which this would stand in the way.
        if (_sent is not null)
            _sent[sequence] = sent;
        Count(sent.TransportSequence, length, nowUs);
        if (sequence == _sequences.HighestOut)
            (EndsFrame, _lastTimestamp, _lastType) = (marker, sent.Timestamp, sent.PayloadType);
        PacketsSent++;
        BytesSent += packet.PayloadLength;
    }

    /// <summary>Sends a packet again that the subscriber misses: in the stream for it if there is one, else the very same bytes.</summary>
    public void Repeat<TSink>(ref TSink sink, int path, SrtpSender srtp, ushort number, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (_sent is not { } log)
            return;
        var sequence = _sequences.HighestOut + (short)(number - (ushort)_sequences.HighestOut);
        ref var sent = ref log[sequence];
        var stream = _sources.Find(sent.Source);
        var isPadding = sent.Source == RecentSources.None;
        if (sent.Sequence != sequence || nowUs - sent.SentUs - sent.RepeatedAfterUs < RepeatPauseUs || sent.Repeats == MaxRepeats
            || (!isPadding && (stream?.Holds(sent.Arrival) != true || !CanBeMadeAgain(in stream[sent.Arrival], in sent))))
        {
            Refuse();
            return;
        }

        var other = _parameters.RetransmissionSsrc is not null && _retransmissionTypes[sent.PayloadType] != PayloadTypeMap.NotTaken;
        if (!isPadding && other && !FitsAgain(stream!, in stream![sent.Arrival], srtp))
        {
            _subscriber.Drop(DropReason.TooLong);
            Refuse();
            return;
        }

        sent.RepeatedAfterUs = (uint)Math.Min(nowUs - sent.SentUs, uint.MaxValue);
        sent.Repeats++;
        PacketsRepeated++;
        _subscriber.Engine.Repairs.PacketsRepeated++;
        if (isPadding)
        {
            _bandwidth.NoteUnnumbered(WritePadding(ref sink, path, srtp, in sent), nowUs);
            return;
        }

        ref readonly var packet = ref stream![sent.Arrival];
        if (other)
            WriteRetransmission(ref sink, path, srtp, stream, in packet, in sent, _parameters.RetransmissionSsrc!.Value, nowUs);
        else
            _bandwidth.NoteUnnumbered(Write(ref sink, path, srtp, stream, in packet, in sent), nowUs);
    }

    /// <summary>Takes what the subscriber reports of our SSRC: so it knows what that belongs to, and need not be told the mid any more.</summary>
    /// <returns>How many packets the report speaks of.</returns>
    public long HandleReport(in ReportBlock block, long nowUs)
    {
        _midIsKnown = true;
        var before = PacketsLost;
        var count = _reports.Handle(in block, _sequences.HighestOut, PacketsSent, PacketsRepeated, nowUs);
        _subscriber.Engine.Repairs.PacketsLostBySubscribers += PacketsLost - before;
        return count;
    }

    /// <summary>
    /// What a sender report says now: the publisher's wall clock, carried on by ours, so that everything of one publisher stays in step.
    /// False before the publisher's own first report, and before the first packet.
    /// </summary>
    public bool TryReport(LayerStream stream, long nowUs, out SenderInformation information)
    {
        information = default;
        if (!stream.Clock.IsKnown || stream.Source != _sourceNumber || PacketsSent == 0 || _timestamps.IsBeginning)
            return false;
        var (ntp, timestamp) = stream.Clock.CarryOn(nowUs, stream.ClockRate);
        information = new SenderInformation(_ssrc, ntp, timestamp + _timestamps.Offset, (uint)(PacketsSent + _paddingSent), (uint)BytesSent);
        _reports.NoteSent(in information, nowUs);
        return true;
    }

    /// <summary>
    /// Sends so much more, to see whether the way carries it: late packets once more in the stream for that (RFC 4588), where there is none padding, which must not
    /// stand within a frame.
    /// </summary>
    /// <param name="sink">Where to.</param>
    /// <param name="path">The subscriber's path.</param>
    /// <param name="srtp">The subscriber's keys.</param>
    /// <param name="bytes">About as much as this.</param>
    /// <param name="nowUs">The time.</param>
    /// <returns>Bytes sent; 0 where nothing can be now.</returns>
    public int SendProbe<TSink>(ref TSink sink, int path, SrtpSender srtp, int bytes, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (!_isNumbered)
            return 0;
        var total = 0;
        if (_sent is { } log && _parameters.RetransmissionSsrc is { } ssrc)
            total = RepeatLast(ref sink, path, srtp, log, ssrc, bytes, nowUs);
        while (total < bytes && EndsFrame && SendPadding(ref sink, path, srtp, nowUs) is > 0 and var length)
            total += length;
        return total;
    }

    private void BeginNumbers(byte source)
    {
        _sourceNumber = source;
        _sequences.EndSource();
        _timestamps.BeginSource();
        _pictures.BeginSource();
        _frames.BeginSource();
    }

    /// <summary>The publisher goes on under another SSRC, with numbers of its own.</summary>
    private void Follow(in StoredPacket packet)
    {
        BeginNumbers(packet.Source);
        if (!packet.Is(PacketFlags.Keyframe))
            _sequences.BeginSource(packet.Sequence - RoomForOvertaken);
    }

    private void Refuse()
    {
        RepeatsRefused++;
        _subscriber.Engine.Repairs.RepeatsRefused++;
    }

    private bool FitsAgain(LayerStream stream, in StoredPacket packet, SrtpSender srtp) =>
        _writer.Fits(stream, in packet, _midIsKnown ? 0 : _mid.Length, srtp.RtpOverhead + 2);

    // The types inside a redundant payload are those of the source that is read now: after a change of it other bytes would come out, under the same key stream.
    private bool CanBeMadeAgain(in StoredPacket packet, in SentPacket sent) => packet.Kind != PayloadKind.Red || sent.Source == _sources.Newest;

    private int RepeatLast<TSink>(ref TSink sink, int path, SrtpSender srtp, SentLog log, uint ssrc, int bytes, long nowUs)
        where TSink : struct, IMediaSink
    {
        var total = 0;
        for (var back = 0; back < SentLog.Capacity && total < bytes; back++)
        {
            ref var sent = ref log[_sequences.HighestOut - back];
            if (sent.Sequence != _sequences.HighestOut - back || _retransmissionTypes[sent.PayloadType] == PayloadTypeMap.NotTaken
                || _sources.Find(sent.Source) is not { } stream || !stream.Holds(sent.Arrival) || !CanBeMadeAgain(in stream[sent.Arrival], in sent)
                || !FitsAgain(stream, in stream[sent.Arrival], srtp))
                continue;
            total += WriteRetransmission(ref sink, path, srtp, stream, in stream[sent.Arrival], in sent, ssrc, nowUs);
        }

        return total;
    }

    private int SendPadding<TSink>(ref TSink sink, int path, SrtpSender srtp, long nowUs)
        where TSink : struct, IMediaSink
    {
        var sequence = _sequences.Insert();
        if (!_given.TryTake(sequence))
            return 0;
        var padding = new SentPacket
        {
            Sequence = sequence,
            SentUs = nowUs,
            Timestamp = _lastTimestamp,
            TransportSequence = _subscriber.NextTransportSequence(),
            PayloadType = _lastType,
        };
        // A receiver that misses one asks for it as for any other.
        if (_sent is not null)
            _sent[sequence] = padding;
        var length = WritePadding(ref sink, path, srtp, in padding);
        Count(padding.TransportSequence, length, nowUs);
        _paddingSent++;
        return length;
    }

    /// <summary>A packet of nothing but padding (RFC 3550 §5.1).</summary>
    private int WritePadding<TSink>(ref TSink sink, int path, SrtpSender srtp, in SentPacket padding)
        where TSink : struct, IMediaSink
    {
        var target = sink.Reserve(path, PacketWriter.PaddingRoom + srtp.RtpOverhead);
        var header = _writer.WritePadding(target, in padding, _ssrc, out var payload);
        var length = srtp.ProtectRtp(target, header, payload, (uint)(padding.Sequence >> 16));
        sink.Commit(length);
        return length;
    }

    private void Count(ushort transportSequence, int length, long nowUs)
    {
        if (_isNumbered)
            _bandwidth.NoteSent(transportSequence, length, nowUs);
        else
            _bandwidth.NoteUnnumbered(length, nowUs);
    }

    private int Write<TSink>(ref TSink sink, int path, SrtpSender srtp, LayerStream stream, in StoredPacket packet, in SentPacket sent)
        where TSink : struct, IMediaSink
    {
        ReadOnlySpan<byte> mid = sent.Is(SentFlags.Mid) ? _mid : default;
        var target = sink.Reserve(path, PacketWriter.RoomFor(in packet, mid.Length + srtp.RtpOverhead));
        var header = _writer.WriteHeader(target, stream, in packet, in sent, mid, sent.PayloadType, (ushort)sent.Sequence, _ssrc, sent.TransportSequence, sent.SentUs);
        var payload = stream.Payload(in packet);
        if (sent.Is(SentFlags.Rewritten) || packet.Kind == PayloadKind.Red)
        {
            var changed = target.Slice(header, payload.Length);
            payload.CopyTo(changed);
            payload = _writer.Rewrite(changed, in packet, in sent);
        }

        var length = srtp.ProtectRtp(target, header, payload, (uint)(sent.Sequence >> 16));
        sink.Commit(length);
        return length;
    }

    /// <summary>RFC 4588 §4: the original number, then the original payload, under numbers of their own.</summary>
    private int WriteRetransmission<TSink>(
        ref TSink sink, int path, SrtpSender srtp, LayerStream stream, in StoredPacket packet, in SentPacket sent, uint ssrc, long nowUs)
        where TSink : struct, IMediaSink
    {
        ReadOnlySpan<byte> mid = _midIsKnown ? default : _mid;
        var target = sink.Reserve(path, PacketWriter.RoomFor(in packet, mid.Length + srtp.RtpOverhead + 2));
        var sequence = ++_retransmissionSequence;
        var transportSequence = _isNumbered ? _subscriber.NextTransportSequence() : (ushort)0;
        var header = _writer.WriteHeader(
            target, stream, in packet, in sent, mid, _retransmissionTypes[sent.PayloadType], (ushort)sequence, ssrc, transportSequence, nowUs);
        BinaryPrimitives.WriteUInt16BigEndian(target[header..], (ushort)sent.Sequence);
        var changed = target.Slice(header + 2, packet.PayloadLength);
        stream.Payload(in packet).CopyTo(changed);
        if (sent.Is(SentFlags.Rewritten) || packet.Kind == PayloadKind.Red)
        {
            // What of redundant sound is sent may lie behind what is not.
            var kept = _writer.Rewrite(changed, in packet, in sent);
            kept.CopyTo(changed);
            changed = changed[..kept.Length];
        }

        var length = srtp.ProtectRtp(target, header, target.Slice(header, 2 + changed.Length), (uint)(sequence >> 16));
        sink.Commit(length);
        Count(transportSequence, length, nowUs);
        return length;
    }
}
