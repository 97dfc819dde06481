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
    private const byte NotTaken = byte.MaxValue;

    /// <summary>A packet is not sent again sooner: the request for it was on its way when it left. Shorter than any round trip worth repairing twice.</summary>
    private const long RepeatPauseUs = 10_000;

    private const int MaxRepeats = 10;

    private readonly MediaPeer _subscriber;
    private readonly SendParameters _parameters;
    private readonly HeaderExtensionMap _extensions;
    private readonly uint _ssrc;
    private readonly byte[] _mid;
    private readonly byte[] _cname;
    private readonly byte[] _payloadTypes = new byte[128];
    private readonly byte[] _retransmissionTypes = new byte[128];
    private readonly SentLog? _sent;
    private readonly (uint MiddleOfNtp, long SentUs)[] _reports = new (uint, long)[4];
    private SequenceMap _sequences;
    private TimestampMap _timestamps;
    private PictureNumbers _pictures;
    private FrameNumbers _frames;
    private TrackLayer? _source;
    private long _retransmissionSequence;
    private int _nextReport;
    private bool _midIsKnown;

    public OutgoingStream(MediaPeer subscriber, SendParameters parameters, ushort firstSequence)
    {
        _subscriber = subscriber;
        _parameters = parameters;
        _extensions = parameters.Extensions;
        _ssrc = parameters.Ssrc;
        _mid = Encoding.ASCII.GetBytes(parameters.Mid);
        _cname = Encoding.UTF8.GetBytes(parameters.Cname);
        // The low half of the first round, so that no packet before the first wraps backwards at a receiver that joins (RFC 3711 §3.3.1).
        _sequences.Start(firstSequence & 0x7FFF);
        Array.Fill(_retransmissionTypes, NotTaken);
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

    public double LossRate { get; private set; }

    public long RoundTripUs { get; private set; }

    /// <summary>True when the subscriber was sent a sender report.</summary>
    public bool HasReported { get; private set; }

    /// <summary>What comes next is of another source: its numbers go on from those of the last.</summary>
    public void BeginSource(TrackLayer source)
    {
        var track = source.Track;
        _source = source;
        _frames.BeginSource();
        _sequences.EndSource();
        _timestamps.BeginSource();
        _pictures.BeginSource();
        Array.Fill(_payloadTypes, NotTaken);
        foreach (var theirs in track.Parameters.Codecs)
        {
            if (PayloadFormats.Choose(theirs, _parameters.Codecs) is { } ours)
                _payloadTypes[theirs.PayloadType & 127] = ours.PayloadType;
        }
    }

    /// <summary>True when the subscriber takes packets of this type.</summary>
    public bool Takes(byte payloadType) => _payloadTypes[payloadType] != NotTaken;

    /// <summary>Leaves a packet out, so that nothing of it is missed.</summary>
    public void Drop(in StoredPacket packet)
    {
        _sequences.Drop(packet.Sequence);
        _pictures.Drop(in packet);
    }

    /// <summary>Sends a packet for the first time; one from before the source began is left out.</summary>
    /// <param name="sink">Where to.</param>
    /// <param name="path">The subscriber's path.</param>
    /// <param name="srtp">The subscriber's keys.</param>
    /// <param name="stream">Where the packet is.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="marker">The marker bit that it gets.</param>
    /// <param name="nowUs">The time.</param>
    public void Send<TSink>(ref TSink sink, int path, SrtpSender srtp, LayerStream stream, in StoredPacket packet, bool marker, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (!_sequences.TryMap(packet.Sequence, out var sequence))
            return;
        var sent = new SentPacket
        {
            Sequence = sequence,
            Stream = stream,
            SourceSequence = packet.Sequence,
            SentUs = nowUs,
            RepeatedUs = nowUs,
            Timestamp = _timestamps.Map(stream, in packet),
            TransportSequence = _subscriber.NextTransportSequence(),
            PayloadType = _payloadTypes[packet.PayloadType],
            HasMid = !_midIsKnown,
            Marker = marker,
        };
        if (packet.Is(PacketFlags.Described))
            sent.Frames = _frames.Map(in packet, _source?.Structure);
        sent.Rewrites = _pictures.Map(in packet, out sent.Picture, out sent.BaseLayerIndex);
        if (_sent is not null)
            _sent[sequence] = sent;
        Write(ref sink, path, srtp, in packet, in sent);
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
        if (sent.Sequence != sequence || nowUs - sent.RepeatedUs < RepeatPauseUs || sent.Repeats == MaxRepeats
            || !sent.Stream!.TryFind(sent.SourceSequence, out var arrival))
        {
            RepeatsRefused++;
            return;
        }

        ref readonly var packet = ref sent.Stream[arrival];
        sent.RepeatedUs = nowUs;
        sent.Repeats++;
        PacketsRepeated++;
        if (_parameters.RetransmissionSsrc is { } ssrc && _retransmissionTypes[sent.PayloadType] != NotTaken)
            WriteRetransmission(ref sink, path, srtp, in packet, in sent, ssrc, nowUs);
        else
            Write(ref sink, path, srtp, in packet, in sent);
    }

    /// <summary>Takes what the subscriber reports of our SSRC: so it knows what that belongs to, and need not be told the mid any more.</summary>
    public void HandleReport(in ReportBlock block, long nowUs)
    {
        _midIsKnown = true;
        LossRate = block.FractionLost / 256.0;
        foreach (ref readonly var report in _reports.AsSpan())
        {
            if (block.LastReport == 0 || report.MiddleOfNtp != block.LastReport)
                continue;
            var delayUs = block.DelaySinceLastReport * 1_000_000L >> 16;
            RoundTripUs = Math.Max(1, nowUs - report.SentUs - delayUs);
        }
    }

    /// <summary>
    /// What a sender report says now: the publisher's wall clock, carried on by ours, so that everything of one publisher stays in step.
    /// False before the publisher's own first report, and before the first packet.
    /// </summary>
    public bool TryReport(LayerStream stream, long nowUs, out SenderInformation information)
    {
        information = default;
        if (!stream.Clock.IsKnown || PacketsSent == 0)
            return false;
        var elapsedUs = nowUs - stream.Clock.ArrivalUs;
        // 2^32 fractions are a second.
        var ntp = stream.Clock.Ntp + (ulong)((Int128)elapsedUs * (1L << 32) / 1_000_000);
        var timestamp = stream.Clock.Timestamp + (uint)(elapsedUs * stream.ClockRate / 1_000_000) + _timestamps.Offset;
        information = new SenderInformation(_ssrc, ntp, timestamp, (uint)PacketsSent, (uint)BytesSent);
        HasReported = true;
        _reports[_nextReport++ & _reports.Length - 1] = (information.MiddleOfNtp, nowUs);
        return true;
    }

    private void Write<TSink>(ref TSink sink, int path, SrtpSender srtp, in StoredPacket packet, in SentPacket sent)
        where TSink : struct, IMediaSink
    {
        ReadOnlySpan<byte> mid = sent.HasMid ? _mid : default;
        var target = sink.Reserve(path, RoomFor(in packet, mid.Length + srtp.RtpOverhead));
        var header = WriteHeader(target, in packet, in sent, mid, sent.PayloadType, (ushort)sent.Sequence, _ssrc, sent.TransportSequence, sent.SentUs);
        var payload = sent.Stream!.Payload(in packet);
        if (sent.Rewrites || packet.Kind == PayloadKind.Red)
        {
            var changed = target.Slice(header, payload.Length);
            payload.CopyTo(changed);
            Rewrite(changed, in packet, in sent);
            payload = changed;
        }

        sink.Commit(srtp.ProtectRtp(target, header, payload, (uint)(sent.Sequence >> 16)));
    }

    /// <summary>RFC 4588 §4: the original number, then the original payload, under numbers of their own.</summary>
    private void WriteRetransmission<TSink>(ref TSink sink, int path, SrtpSender srtp, in StoredPacket packet, in SentPacket sent, uint ssrc, long nowUs)
        where TSink : struct, IMediaSink
    {
        ReadOnlySpan<byte> mid = _midIsKnown ? default : _mid;
        var target = sink.Reserve(path, RoomFor(in packet, mid.Length + srtp.RtpOverhead + 2));
        var sequence = ++_retransmissionSequence;
        var header = WriteHeader(
            target, in packet, in sent, mid, _retransmissionTypes[sent.PayloadType], (ushort)sequence, ssrc, _subscriber.NextTransportSequence(), nowUs);
        BinaryPrimitives.WriteUInt16BigEndian(target[header..], (ushort)sent.Sequence);
        var changed = target.Slice(header + 2, packet.PayloadLength);
        sent.Stream!.Payload(in packet).CopyTo(changed);
        if (sent.Rewrites || packet.Kind == PayloadKind.Red)
            Rewrite(changed, in packet, in sent);
        sink.Commit(srtp.ProtectRtp(target, header, target.Slice(header, 2 + packet.PayloadLength), (uint)(sequence >> 16)));
    }

    private static int RoomFor(in StoredPacket packet, int more) =>
        RtpHeader.FixedLength + packet.ExtensionLength + ForwardedExtensions.HopBytes + 2 + packet.PayloadLength + more;

    /// <returns>The header's length.</returns>
    private int WriteHeader(
        Span<byte> target, in StoredPacket packet, in SentPacket sent, ReadOnlySpan<byte> mid, byte payloadType, ushort sequence, uint ssrc, ushort transportSequence, long sentUs)
    {
        var extensions = ForwardedExtensions.Write(
            target[RtpHeader.FixedLength..], sent.Stream!.Extensions(in packet), _extensions, mid, transportSequence, sentUs, sent.Frames);
        // Version 2, no padding, no contributing sources; the extension bit when there is one.
        target[0] = (byte)(extensions == 0 ? 0x80 : 0x90);
        target[1] = (byte)(payloadType | (sent.Marker ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], sent.Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], ssrc);
        return RtpHeader.FixedLength + extensions;
    }

    private void Rewrite(Span<byte> payload, in StoredPacket packet, in SentPacket sent)
    {
        switch (packet.Kind)
        {
            case PayloadKind.Vp8 when Vp8Descriptor.TryRead(payload, out var vp8):
                vp8.Rewrite(payload, sent.Picture, sent.BaseLayerIndex);
                break;
            case PayloadKind.Vp9 when Vp9Descriptor.TryRead(payload, out var vp9):
                vp9.Rewrite(payload, sent.Picture, sent.BaseLayerIndex);
                break;
            case PayloadKind.Red:
                RedundantBlocks.TryRewrite(payload, _payloadTypes);
                break;
        }
    }
}
