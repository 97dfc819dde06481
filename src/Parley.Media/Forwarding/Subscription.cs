// One subscriber's reading of one track: chooses packets, gives them the subscriber's numbers, and encrypts them where they are sent from.
using System.Buffers.Binary;
using System.Text;
using Parley.Media.Engine;
using Parley.Media.Receive;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Srtp;

namespace Parley.Media.Forwarding;

/// <summary>A track on its way to one subscriber, under one SSRC that never changes.</summary>
public sealed class Subscription
{
    private const byte NotTaken = byte.MaxValue;

    /// <summary>A packet is not sent again sooner: the request for it was on its way when it left. Shorter than any round trip worth repairing twice.</summary>
    private const long RepeatPauseUs = 10_000;

    private const int MaxRepeats = 10;

    private readonly byte[] _payloadTypes = new byte[128];
    private readonly byte[] _retransmissionTypes = new byte[128];
    private readonly SentLog? _sent;
    private readonly byte[] _mid;
    private readonly HeaderExtensionMap _extensions;
    private readonly uint _ssrc;
    private long _cursor;
    private SequenceMap _sequences;
    private readonly (uint MiddleOfNtp, long SentUs)[] _reports = new (uint, long)[4];
    private TrackLayer? _layer;
    private int _nextReport;
    private long _retransmissionSequence;
    private int _source;
    private bool _midIsKnown;

    internal Subscription(MediaPeer subscriber, SendParameters parameters, ushort firstSequence)
    {
        Subscriber = subscriber;
        Parameters = parameters;
        _mid = Encoding.ASCII.GetBytes(parameters.Mid);
        Cname = Encoding.UTF8.GetBytes(parameters.Cname);
        _extensions = parameters.Extensions;
        _ssrc = parameters.Ssrc;
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

    /// <summary>Who receives it.</summary>
    public MediaPeer Subscriber { get; }

    /// <summary>What was negotiated.</summary>
    public SendParameters Parameters { get; }

    /// <summary>What is read; null while nothing is.</summary>
    public MediaTrack? Track { get; private set; }

    /// <summary>Packets sent, retransmissions not among them.</summary>
    public long PacketsSent { get; private set; }

    /// <summary>Bytes of payload sent.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Packets that were overwritten before they could be read: the subscriber was too slow for the store.</summary>
    public long PacketsMissed { get; private set; }

    /// <summary>Packets sent again.</summary>
    public long PacketsRepeated { get; private set; }

    /// <summary>Requests for packets that are not held any more, or were sent again just now.</summary>
    public long RepeatsRefused { get; private set; }

    /// <summary>Set while the subscription is in its peer's list of those with news.</summary>
    internal bool HasNews { get; set; }

    internal void Attach(MediaTrack track)
    {
        Detach();
        Track = track;
        track.Subscriptions.Add(this);
        MapPayloadTypes(track);
        Read(track.Layers[^1]);
    }

    internal void Detach()
    {
        _layer?.Stream.Readers.Remove(this);
        _layer = null;
        Track?.Subscriptions.Remove(this);
        Track = null;
    }

    /// <summary>The share of packets that the subscriber lost of late, from 0 to 1.</summary>
    public double LossRate { get; private set; }

    /// <summary>The last round trip to the subscriber and back, in microseconds; 0 while it is not known.</summary>
    public long RoundTripUs { get; private set; }

    /// <summary>The canonical name, as reports carry it.</summary>
    internal byte[] Cname { get; }

    /// <summary>True when the subscriber was sent a sender report.</summary>
    internal bool HasReported { get; private set; }

    /// <summary>Takes what the subscriber reports of our SSRC: so it knows what that belongs to, and need not be told the mid any more.</summary>
    internal void HandleReport(in ReportBlock block, long nowUs)
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

    /// <summary>The subscriber cannot go on decoding.</summary>
    internal void RequestKeyframe() => _layer?.RequestKeyframe();

    /// <summary>
    /// What a sender report says now: the publisher's wall clock, carried on by ours, so that everything of one publisher stays in step.
    /// False before the publisher's own first report, and before the first packet.
    /// </summary>
    internal bool TryReport(long nowUs, out SenderInformation information)
    {
        information = default;
        if (_layer?.Stream is not { Clock.IsKnown: true } stream || PacketsSent == 0)
            return false;
        var elapsedUs = nowUs - stream.Clock.ArrivalUs;
        // 2^32 fractions are a second.
        var ntp = stream.Clock.Ntp + (ulong)((Int128)elapsedUs * (1L << 32) / 1_000_000);
        var timestamp = stream.Clock.Timestamp + (uint)(elapsedUs * stream.ClockRate / 1_000_000);
        information = new SenderInformation(_ssrc, ntp, timestamp, (uint)PacketsSent, (uint)BytesSent);
        HasReported = true;
        _reports[_nextReport++ & _reports.Length - 1] = (information.MiddleOfNtp, nowUs);
        return true;
    }

    /// <summary>Sends what has come since the last time.</summary>
    internal void Forward<TSink>(ref TSink sink, int path, SrtpSender srtp, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (_layer?.Stream is not { } stream)
            return;
        if (_cursor < stream.Tail)
        {
            PacketsMissed += stream.Tail - _cursor;
            _cursor = stream.Tail;
        }

        for (; _cursor < stream.Head; _cursor++)
        {
            ref readonly var packet = ref stream[_cursor];
            var payloadType = _payloadTypes[packet.PayloadType];
            if (payloadType == NotTaken || packet.Is(PacketFlags.PaddingOnly))
                _sequences.Drop(packet.Sequence);
            else if (_sequences.TryMap(packet.Sequence, out var sequence))
                SendFirst(ref sink, path, srtp, stream, in packet, payloadType, sequence, nowUs);
        }
    }

    /// <summary>Passes over what has come: nobody can be sent to yet.</summary>
    internal void Skip()
    {
        if (_layer?.Stream is not { } stream)
            return;
        for (_cursor = Math.Max(_cursor, stream.Tail); _cursor < stream.Head; _cursor++)
            _sequences.Drop(stream[_cursor].Sequence);
    }

    /// <summary>Sends packets again that the subscriber misses: in the stream for it if there is one, else the very same bytes.</summary>
    internal void Repeat<TSink>(ref TSink sink, int path, SrtpSender srtp, ushort number, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (_sent is not { } sent || _layer?.Stream is not { } stream)
            return;
        var sequence = _sequences.HighestOut + (short)(number - (ushort)_sequences.HighestOut);
        ref var logged = ref sent[sequence];
        if (logged.Sequence != sequence || logged.Source != _source || nowUs - logged.RepeatedUs < RepeatPauseUs || logged.Repeats == MaxRepeats
            || !stream.TryFind(logged.SourceSequence, out var arrival))
        {
            RepeatsRefused++;
            return;
        }

        ref readonly var packet = ref stream[arrival];
        var payloadType = _payloadTypes[packet.PayloadType];
        logged.RepeatedUs = nowUs;
        logged.Repeats++;
        PacketsRepeated++;
        if (Parameters.RetransmissionSsrc is { } ssrc && _retransmissionTypes[payloadType] != NotTaken)
            SendRetransmission(ref sink, path, srtp, stream, in packet, ssrc, _retransmissionTypes[payloadType], (ushort)sequence, nowUs);
        else
            Send(ref sink, path, srtp, stream, in packet, payloadType, in logged);
    }

    private void SendFirst<TSink>(
        ref TSink sink, int path, SrtpSender srtp, LayerStream stream, in StoredPacket packet, byte payloadType, long sequence, long nowUs)
        where TSink : struct, IMediaSink
    {
        var sent = new SentPacket
        {
            Sequence = sequence,
            SourceSequence = packet.Sequence,
            SentUs = nowUs,
            RepeatedUs = nowUs,
            Source = _source,
            TransportSequence = Subscriber.NextTransportSequence(),
            HasMid = !_midIsKnown,
        };
        if (_sent is not null)
            _sent[sequence] = sent;
        Send(ref sink, path, srtp, stream, in packet, payloadType, in sent);
        PacketsSent++;
        BytesSent += packet.PayloadLength;
    }

    private void Send<TSink>(
        ref TSink sink, int path, SrtpSender srtp, LayerStream stream, in StoredPacket packet, byte payloadType, in SentPacket sent)
        where TSink : struct, IMediaSink
    {
        ReadOnlySpan<byte> mid = sent.HasMid ? _mid : default;
        var size = RtpHeader.FixedLength + packet.ExtensionLength + ForwardedExtensions.HopBytes + 2 + mid.Length + packet.PayloadLength + srtp.RtpOverhead;
        var target = sink.Reserve(path, size);
        var extensions = ForwardedExtensions.Write(
            target[RtpHeader.FixedLength..], stream.Extensions(in packet), _extensions, mid, sent.TransportSequence, sent.SentUs);
        WriteHeader(target, in packet, extensions, payloadType, (ushort)sent.Sequence, _ssrc);
        sink.Commit(srtp.ProtectRtp(target, RtpHeader.FixedLength + extensions, stream.Payload(in packet), (uint)(sent.Sequence >> 16)));
    }

    /// <summary>RFC 4588 §4: the original number, then the original payload, under numbers of their own.</summary>
    private void SendRetransmission<TSink>(
        ref TSink sink, int path, SrtpSender srtp, LayerStream stream, in StoredPacket packet, uint ssrc, byte payloadType, ushort original, long nowUs)
        where TSink : struct, IMediaSink
    {
        ReadOnlySpan<byte> mid = _midIsKnown ? default : _mid;
        var size = RtpHeader.FixedLength + packet.ExtensionLength + ForwardedExtensions.HopBytes + 4 + mid.Length + packet.PayloadLength + srtp.RtpOverhead;
        var target = sink.Reserve(path, size);
        var extensions = ForwardedExtensions.Write(
            target[RtpHeader.FixedLength..], stream.Extensions(in packet), _extensions, mid, Subscriber.NextTransportSequence(), nowUs);
        var sequence = ++_retransmissionSequence;
        WriteHeader(target, in packet, extensions, payloadType, (ushort)sequence, ssrc);
        var header = RtpHeader.FixedLength + extensions;
        BinaryPrimitives.WriteUInt16BigEndian(target[header..], original);
        stream.Payload(in packet).CopyTo(target[(header + 2)..]);
        sink.Commit(srtp.ProtectRtp(target, header, target.Slice(header, 2 + packet.PayloadLength), (uint)(sequence >> 16)));
    }

    private static void WriteHeader(Span<byte> target, in StoredPacket packet, int extensions, byte payloadType, ushort sequence, uint ssrc)
    {
        // Version 2, no padding, no contributing sources; the extension bit when there is one.
        target[0] = (byte)(extensions == 0 ? 0x80 : 0x90);
        target[1] = (byte)(payloadType | (packet.Is(PacketFlags.Marker) ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], packet.Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], ssrc);
    }

    private void Read(TrackLayer layer)
    {
        var stream = layer.Stream;
        _layer = layer;
        _source++;
        _cursor = stream.Head;
        stream.Readers.Add(this);
        if (stream.Head > stream.Tail)
            _sequences.BeginSource(stream[stream.Head - 1].Sequence + 1);
        layer.RequestKeyframe();
    }

    private void MapPayloadTypes(MediaTrack track)
    {
        Array.Fill(_payloadTypes, NotTaken);
        foreach (var theirs in track.Parameters.Codecs)
        {
            foreach (var ours in Parameters.Codecs)
            {
                if (!PayloadFormats.AreInterchangeable(theirs, ours))
                    continue;
                _payloadTypes[theirs.PayloadType & 127] = ours.PayloadType;
                break;
            }
        }
    }
}
