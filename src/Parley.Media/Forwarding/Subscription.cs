// One subscriber's reading of one track: chooses packets, gives them the subscriber's numbers, and encrypts them where they are sent from.
using System.Buffers.Binary;
using System.Text;
using Parley.Media.Engine;
using Parley.Media.Receive;
using Parley.Media.Rtp;
using Parley.Media.Srtp;

namespace Parley.Media.Forwarding;

/// <summary>A track on its way to one subscriber, under one SSRC that never changes.</summary>
public sealed class Subscription
{
    private const byte NotTaken = byte.MaxValue;

    private readonly byte[] _payloadTypes = new byte[128];
    private readonly byte[] _mid;
    private readonly HeaderExtensionMap _extensions;
    private readonly uint _ssrc;
    private LayerStream? _stream;
    private long _cursor;
    private SequenceMap _sequences;
    private bool _midIsKnown;

    internal Subscription(MediaPeer subscriber, SendParameters parameters, ushort firstSequence)
    {
        Subscriber = subscriber;
        Parameters = parameters;
        _mid = Encoding.ASCII.GetBytes(parameters.Mid);
        _extensions = parameters.Extensions;
        _ssrc = parameters.Ssrc;
        // The low half of the first round, so that no packet before the first wraps backwards at a receiver that joins (RFC 3711 §3.3.1).
        _sequences.Start(firstSequence & 0x7FFF);
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

    /// <summary>Set while the subscription is in its peer's list of those with news.</summary>
    internal bool HasNews { get; set; }

    internal void Attach(MediaTrack track)
    {
        Detach();
        Track = track;
        track.Subscriptions.Add(this);
        MapPayloadTypes(track);
        Read(track.Layers[^1].Stream);
    }

    internal void Detach()
    {
        _stream?.Readers.Remove(this);
        _stream = null;
        Track?.Subscriptions.Remove(this);
        Track = null;
    }

    /// <summary>A report about our SSRC has come: the subscriber knows what it belongs to, and need not be told the mid any more.</summary>
    internal void HandleReport() => _midIsKnown = true;

    /// <summary>Sends what has come since the last time.</summary>
    internal void Forward<TSink>(ref TSink sink, int path, SrtpSender srtp, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (_stream is not { } stream)
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
                Send(ref sink, path, srtp, stream, in packet, payloadType, sequence, nowUs);
        }
    }

    /// <summary>Passes over what has come: nobody can be sent to yet.</summary>
    internal void Skip()
    {
        if (_stream is not { } stream)
            return;
        for (_cursor = Math.Max(_cursor, stream.Tail); _cursor < stream.Head; _cursor++)
            _sequences.Drop(stream[_cursor].Sequence);
    }

    private void Send<TSink>(
        ref TSink sink, int path, SrtpSender srtp, LayerStream stream, in StoredPacket packet, byte payloadType, long sequence, long nowUs)
        where TSink : struct, IMediaSink
    {
        ReadOnlySpan<byte> mid = _midIsKnown ? default : _mid;
        var size = RtpHeader.FixedLength + packet.ExtensionLength + ForwardedExtensions.HopBytes + 2 + mid.Length + packet.PayloadLength + srtp.RtpOverhead;
        var target = sink.Reserve(path, size);
        var extensions = ForwardedExtensions.Write(
            target[RtpHeader.FixedLength..], stream.Extensions(in packet), _extensions, mid, Subscriber.NextTransportSequence(), nowUs);
        // Version 2, no padding, no contributing sources; the extension bit when there is one.
        target[0] = (byte)(extensions == 0 ? 0x80 : 0x90);
        target[1] = (byte)(payloadType | (packet.Is(PacketFlags.Marker) ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)sequence);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], packet.Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], _ssrc);
        sink.Commit(srtp.ProtectRtp(target, RtpHeader.FixedLength + extensions, stream.Payload(in packet), (uint)(sequence >> 16)));
        PacketsSent++;
        BytesSent += packet.PayloadLength;
    }

    private void Read(LayerStream stream)
    {
        _stream = stream;
        _cursor = stream.Head;
        stream.Readers.Add(this);
        if (stream.Head > stream.Tail)
            _sequences.BeginSource(stream[stream.Head - 1].Sequence + 1);
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
