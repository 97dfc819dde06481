// What one peer sends: from a datagram to a packet in the right layer's store. RFC 3711 §3.3, RFC 8843 §9.2, RFC 8852.
using System.Buffers.Binary;
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Srtp;

namespace Parley.Media.Receive;

/// <summary>The receiving half of a peer.</summary>
internal sealed class PeerReceiver : IDeadlineOwner
{
    private const int MaxTracks = 128;
    private const int MaxStreams = 256;

    private readonly MediaPeer _peer;
    private readonly Deadline _unknown;
    private readonly HeldPackets _held = new();
    private readonly FormerStreams _former = new();
    private readonly List<MediaTrack> _tracks = [];
    private readonly Dictionary<uint, IncomingStream> _streams = [];
    private IncomingStream? _last;
    private int _nextReported;

    public PeerReceiver(MediaPeer peer)
    {
        _peer = peer;
        _unknown = new Deadline(this, DeadlineReason.UnknownStream);
    }

    public IReadOnlyList<MediaTrack> Tracks => _tracks;

    /// <summary>True when feedback about what is published may stand alone (RFC 5506).</summary>
    public bool TakesReducedSize => _tracks.TrueForAll(static track => track.Parameters.ReducedSizeRtcp);

    public MediaTrack Add(ReceiveParameters parameters)
    {
        if (_tracks.Count == MaxTracks)
            throw new InvalidOperationException($"A peer publishes at most {MaxTracks} tracks.");
        var track = new MediaTrack(_peer.Engine, parameters, _peer);
        _tracks.Add(track);
        for (var i = 0; i < parameters.Encodings.Length && track.Layers.Length == 1; i++)
        {
            var encoding = parameters.Encodings[i];
            var media = Begin(encoding.Ssrc, track.Layers[0], isRetransmission: false);
            if (encoding.RetransmissionSsrc is { } ssrc && Begin(ssrc, track.Layers[0], isRetransmission: true) is { } retransmission)
                retransmission.Repaired = media;
        }

        // Media may have come before the signaling that explains it.
        if (_held.Count > 0)
            _peer.Engine.Timers.SetNoLater(_unknown, 0);
        return track;
    }

    public void Remove(MediaTrack track)
    {
        if (!_tracks.Remove(track))
            return;
        track.Close();
        foreach (var stream in _streams.Values.Where(stream => stream.Layer.Track == track).ToArray())
        {
            _streams.Remove(stream.Ssrc);
            _former.Keep(stream);
        }

        _last = null;
    }

    public void Close()
    {
        foreach (var track in _tracks.ToArray())
            Remove(track);
        _peer.Engine.Timers.Clear(_unknown);
        _held.Take(null);
    }

    /// <summary>Takes a publisher's report.</summary>
    /// <returns>The layer whose clock it tells; null for any stream but its source, whose timestamps are others.</returns>
    public TrackLayer? HandleSenderReport(in SenderInformation report, long nowUs)
    {
        if (!_streams.TryGetValue(report.Ssrc, out var stream))
            return null;
        stream.LastReport = report.MiddleOfNtp;
        stream.LastReportUs = nowUs;
        return stream.IsRetransmission || stream.IsRetired || (stream.Layer.Source ?? stream) != stream ? null : stream.Layer;
    }

    /// <summary>The source has gone, and its layer is dead until another or the same one comes.</summary>
    public void HandleGoodbye(uint ssrc, long nowUs)
    {
        if (!_streams.TryGetValue(ssrc, out var stream) || stream.Layer.Source != stream)
            return;
        stream.Layer.Source = null;
        if (stream.Layer.SetAlive(false, nowUs))
            stream.Layer.Track.ChooseLayers(nowUs);
    }

    /// <summary>Fills in what is to be reported of the streams that sent something; where there are more than room, those that had none come first the next time.</summary>
    /// <returns>How many blocks.</returns>
    public int WriteReports(Span<ReportBlock> blocks, long nowUs)
    {
        var (count, first) = (0, _nextReported);
        for (var round = 0; round < 2; round++)
        {
            var at = 0;
            foreach (var stream in _streams.Values)
            {
                var isOfThisRound = at++ >= first == (round == 0);
                if (!isOfThisRound || count == blocks.Length)
                    continue;
                _nextReported = at;
                if (stream.TryReport(nowUs, out var block))
                    blocks[count++] = block;
            }
        }

        return count;
    }

    public IEnumerable<LayerStatistics> ReadStatistics(long nowUs) =>
        from track in _tracks from layer in track.Layers select layer.ReadStatistics(_streams.Values.Where(stream => stream.Layer == layer && !stream.IsRetransmission), nowUs);

    public MediaPeer? Bearer => _peer;

    /// <summary>Tries once more to find where held packets belong.</summary>
    public void HandleDeadline<TSink>(ref TSink sink, DeadlineReason reason, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (_peer.SrtpReceiver is not { } srtp)
            return;
        foreach (var (ssrc, arrivedUs, packet) in _held.Take(null))
        {
            // Those before it may have gone on with others.
            if (_former.IsRetired(ssrc))
                _peer.Drop(DropReason.UnknownStream);
            else if (RtpHeader.TryRead(packet, out var header) && (_streams.GetValueOrDefault(ssrc) ?? Latch(in header, packet)) is { } stream)
                Take(ref sink, stream, srtp, packet, in header, nowUs);
            else if (nowUs - arrivedUs >= HeldPackets.MaxHoldUs)
                _peer.Drop(DropReason.UnknownStream);
            else
                _held.PutBack(ssrc, arrivedUs, packet);
        }

        if (_held.Count > 0)
            _peer.Engine.Timers.Set(_unknown, Math.Min(nowUs + HeldPackets.MaxHoldUs / 4, _held.OldestUs + HeldPackets.MaxHoldUs));
    }

    /// <summary>Takes an RTP packet.</summary>
    /// <returns>True when it proved authentic and new: the peer lives.</returns>
    public bool HandleRtp<TSink>(ref TSink sink, SrtpReceiver srtp, ReadOnlySpan<byte> packet, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (!RtpHeader.TryRead(packet, out var header))
        {
            _peer.Drop(DropReason.Malformed);
            return false;
        }

        if (_last is { } stream && stream.Ssrc == header.Ssrc)
            return Take(ref sink, stream, srtp, packet, in header, nowUs);
        if (_streams.TryGetValue(header.Ssrc, out stream))
        {
            _last = stream;
            return Take(ref sink, stream, srtp, packet, in header, nowUs);
        }

        // Unknown: it has to prove authentic before anything is kept of it. Its replay window begins when it is known where it belongs. Until then what comes may be a replay,
        // and says nothing of whether the peer lives.
        if (_former.IsRetired(header.Ssrc))
        {
            _peer.Drop(DropReason.UnknownStream);
            return false;
        }

        var state = _former.Find(header.Ssrc);
        Span<byte> payload = stackalloc byte[MediaEngine.MaxDatagram];
        var result = packet.Length > MediaEngine.MaxDatagram ? SrtpResult.NotAuthentic : srtp.UnprotectRtp(packet, header.Length, ref state, payload, out _, out _);
        if (result != SrtpResult.Ok)
        {
            Refuse(result);
            return false;
        }

        if (Latch(in header, packet) is not { } latched)
        {
            if (!_held.Hold(header.Ssrc, packet, nowUs))
                _peer.Drop(DropReason.UnknownStream);
            _peer.Engine.Timers.SetNoLater(_unknown, nowUs + HeldPackets.MaxHoldUs / 4);
            return false;
        }

        _last = latched;
        if (_held.Count > 0)
            HandleHeld(ref sink, srtp, latched, nowUs);
        return Take(ref sink, latched, srtp, packet, in header, nowUs);
    }

    /// <summary>The stream of held packets is known now: they come first.</summary>
    private void HandleHeld<TSink>(ref TSink sink, SrtpReceiver srtp, IncomingStream stream, long nowUs)
        where TSink : struct, IMediaSink
    {
        foreach (var (_, _, packet) in _held.Take(stream.Ssrc))
        {
            if (RtpHeader.TryRead(packet, out var header))
                Take(ref sink, stream, srtp, packet, in header, nowUs);
        }
    }

    /// <summary>Finds where a new SSRC belongs, by what its packets say or by a payload type that only one track takes.</summary>
    private IncomingStream? Latch(in RtpHeader header, ReadOnlySpan<byte> packet)
    {
        if (_streams.Count >= MaxStreams)
            return null;
        var names = StreamNames.Read(_tracks, in header, packet);
        MediaTrack? found = null;
        foreach (var track in _tracks)
        {
            if (names.Mid is { } mid ? track.Parameters.Mid != mid : !track.Takes(header.PayloadType))
                continue;
            if (found is not null)
                return null;
            found = track;
        }

        if (found is null)
            return null;
        var isRetransmission = found.MediaTypeOf(header.PayloadType) != byte.MaxValue;
        var name = isRetransmission ? names.Repaired : names.Rid;
        var layer = found.Layers.Length == 1 ? found.Layers[0] : name is null ? null : found.Layer(name);
        if (layer is null)
            return null;
        return Begin(header.Ssrc, layer, isRetransmission);
    }

    /// <summary>A stream has its place, with the replay window that it had in one before; null when another has that SSRC or had it for good, or the peer has sent too many.</summary>
    private IncomingStream? Begin(uint ssrc, TrackLayer layer, bool isRetransmission)
    {
        if (_former.IsRetired(ssrc) || (_streams.Count + _former.Count >= FormerStreams.MaxSsrcs && !_former.Holds(ssrc)))
            return null;
        var stream = new IncomingStream(ssrc, layer, isRetransmission);
        if (!_streams.TryAdd(ssrc, stream))
            return null;
        stream.Srtp = _former.Take(ssrc);
        return stream;
    }

    private void Refuse(SrtpResult result) => _peer.Drop(result is SrtpResult.Replayed or SrtpResult.TooOld ? DropReason.Replayed : DropReason.NotAuthentic);

    private bool Take<TSink>(ref TSink sink, IncomingStream stream, SrtpReceiver srtp, ReadOnlySpan<byte> packet, in RtpHeader header, long nowUs)
        where TSink : struct, IMediaSink
    {
        var track = stream.Layer.Track;
        var store = stream.Layer.Stream;
        var room = store.Reserve(ForwardedExtensions.MaxStored + packet.Length, nowUs);
        var extensions = ForwardedExtensions.Store(header.Extensions(packet), track.Parameters.Extensions, room[..ForwardedExtensions.MaxStored], out var transportSequence);
        var result = srtp.UnprotectRtp(packet, header.Length, ref stream.Srtp, room[extensions..], out var length, out var index);
        if (result != SrtpResult.Ok)
        {
            Refuse(result);
            return false;
        }

        stream.Count((long)index, header.Timestamp, length, nowUs);
        if (transportSequence >= 0)
            _peer.Feedback.NoteArrival((ushort)transportSequence, header.Ssrc, nowUs);
        else if (track.WantsEstimate)
            _peer.Feedback.NoteMedia(ForwardedExtensions.SendTime(header.Extensions(packet), track.Parameters.Extensions), packet.Length, nowUs);
        if (header.HasPadding)
        {
            // The last byte says how many there are, itself among them (RFC 3550 §5.1).
            var padding = length == 0 ? 0 : room[extensions + length - 1];
            if (padding == 0 || padding > length)
            {
                _peer.Drop(DropReason.Malformed);
                return true;
            }

            length -= padding;
        }

        var sequence = (long)index;
        var payloadType = header.PayloadType;
        var flags = header.Marker ? PacketFlags.Marker : PacketFlags.None;
        if (stream.IsRetransmission)
        {
            if (!TryRestore(stream, room, extensions, ref length, ref sequence, ref payloadType))
                return true;
            flags |= PacketFlags.Retransmitted;
        }

        if (track.Codec(payloadType) is null)
        {
            _peer.Drop(DropReason.UnknownPayload);
            return true;
        }

        if (stream.Layer.Source != stream && !stream.IsRetransmission && !TryFollow(stream, sequence))
        {
            _peer.Drop(DropReason.UnknownStream);
            return true;
        }

        sequence += stream.SequenceOffset;
        if (stream.Layer.Arrived(sequence, nowUs))
            track.ChooseLayers(nowUs);
        var arrived = new StoredPacket
        {
            Sequence = sequence,
            ArrivalUs = nowUs,
            Timestamp = header.Timestamp,
            ExtensionLength = (ushort)extensions,
            PayloadLength = (ushort)length,
            PayloadType = payloadType,
            Flags = flags,
        };
        if (length == 0)
            arrived.Flags |= PacketFlags.PaddingOnly;
        else
            stream.Layer.Inspect(track.Kind(payloadType), room.Slice(extensions, length), ForwardedExtensions.Descriptor(room[..extensions]), ref arrived);
        store.Commit(in arrived);
        if (track.Voice is { } voice && !stream.IsRetransmission)
            voice.HandleExtensions(room[..extensions], nowUs);
        if (!track.HasStarted)
        {
            track.HasStarted = true;
            sink.Raise(new TrackStarted(_peer.Id, track.Parameters.Mid));
        }

        _peer.Engine.NoteNews(store);
        return true;
    }

    /// <summary>
    /// The layer goes on with this stream. Of those before it the last is still known, for what was overtaken, and so are its retransmissions: all of them would be too many in time,
    /// and each is reported of.
    /// </summary>
    private bool TryFollow(IncomingStream stream, long sequence)
    {
        if (!stream.Layer.TryFollow(stream, sequence, out var last, out var gone))
            return false;
        if (last is null)
            return true;
        // What repaired nothing yet, and was not said to repair anything, is the last one's: numbers that it still brings are none of this one's.
        foreach (var repairs in _streams.Values)
        {
            if (repairs.IsRetransmission && repairs.Layer == stream.Layer)
                repairs.Repaired ??= last;
        }

        if (gone is null)
            return true;
        Retire(gone);
        foreach (var repairs in _streams.Values.Where(other => other.Repaired == gone).ToArray())
            Retire(repairs);
        return true;
    }

    private void Retire(IncomingStream stream)
    {
        _streams.Remove(stream.Ssrc);
        _former.Retire(stream);
        if (_last == stream)
            _last = null;
    }

    /// <summary>Makes of a retransmission the packet that was missed (RFC 4588 §4). False for mere padding, and for what is here, is too old, or is not missed.</summary>
    private bool TryRestore(IncomingStream stream, Span<byte> room, int extensions, ref int length, ref long sequence, ref byte payloadType)
    {
        payloadType = stream.Layer.Track.MediaTypeOf(payloadType);
        if (length < 2 || stream.Layer.Source is not { } media || payloadType == byte.MaxValue)
            return false;
        if ((stream.Repaired ?? media) != media)
        {
            _peer.Drop(DropReason.UnknownStream);
            return false;
        }

        var original = BinaryPrimitives.ReadUInt16BigEndian(room[extensions..]);
        sequence = media.HighestSequence + (short)(original - (ushort)media.HighestSequence);
        // It proved authentic, yet the media's own replay window has to know it: the original may still come. Nothing is missed above the highest number, from which another source's go on.
        if (sequence < 0 || sequence > media.HighestSequence || media.Srtp.Check((ulong)sequence) != SrtpResult.Ok)
        {
            _peer.Drop(DropReason.Redundant);
            return false;
        }

        stream.Repaired = media;
        media.Srtp.Accept((ulong)sequence);
        sequence += media.SequenceOffset;
        length -= 2;
        room.Slice(extensions + 2, length).CopyTo(room[extensions..]);
        return true;
    }
}
