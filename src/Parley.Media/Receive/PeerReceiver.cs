// What one peer sends: from a datagram to a packet in the right layer's store. RFC 3711 §3.3, RFC 8843 §9.2, RFC 8852.
using System.Text;
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Rtp;
using Parley.Media.Srtp;

namespace Parley.Media.Receive;

/// <summary>The receiving half of a peer.</summary>
internal sealed class PeerReceiver(MediaPeer peer)
{
    private const int MaxTracks = 128;
    private const int MaxStreams = 256;

    private readonly List<MediaTrack> _tracks = [];
    private readonly Dictionary<uint, IncomingStream> _streams = [];
    private IncomingStream? _last;

    public IReadOnlyList<MediaTrack> Tracks => _tracks;

    public MediaTrack Add(ReceiveParameters parameters)
    {
        if (_tracks.Count == MaxTracks)
            throw new InvalidOperationException($"A peer publishes at most {MaxTracks} tracks.");
        var track = new MediaTrack(peer, parameters);
        _tracks.Add(track);
        for (var i = 0; i < parameters.Encodings.Length && track.Layers.Length == 1; i++)
        {
            var encoding = parameters.Encodings[i];
            _streams.TryAdd(encoding.Ssrc, new IncomingStream(encoding.Ssrc, track.Layers[0], isRetransmission: false));
            if (encoding.RetransmissionSsrc is { } retransmission)
                _streams.TryAdd(retransmission, new IncomingStream(retransmission, track.Layers[0], isRetransmission: true));
        }

        return track;
    }

    public void Remove(MediaTrack track)
    {
        if (!_tracks.Remove(track))
            return;
        foreach (var subscription in track.Subscriptions.ToArray())
            subscription.Detach();
        foreach (var stream in _streams.Values.Where(stream => stream.Layer.Track == track).ToArray())
            _streams.Remove(stream.Ssrc);
        _last = null;
    }

    public void Close()
    {
        foreach (var track in _tracks.ToArray())
            Remove(track);
    }

    /// <summary>Takes an RTP packet.</summary>
    /// <returns>True when it proved authentic.</returns>
    public bool HandleRtp<TSink>(ref TSink sink, SrtpReceiver srtp, ReadOnlySpan<byte> packet, long nowUs)
        where TSink : struct, IMediaSink
    {
        var drops = peer.Engine.Drops;
        if (!RtpHeader.TryRead(packet, out var header))
        {
            drops.Count(DropReason.Malformed);
            return false;
        }

        if (_last is { } stream && stream.Ssrc == header.Ssrc)
            return Take(ref sink, stream, srtp, packet, in header, nowUs);
        if (_streams.TryGetValue(header.Ssrc, out stream))
        {
            _last = stream;
            return Take(ref sink, stream, srtp, packet, in header, nowUs);
        }

        // Unknown: it has to prove authentic before anything is kept of it. Nothing of the stream is lost, for its replay window begins here as well.
        var state = default(SrtpReceiveState);
        Span<byte> payload = stackalloc byte[MediaEngine.MaxDatagram];
        if (packet.Length > MediaEngine.MaxDatagram || srtp.UnprotectRtp(packet, header.Length, ref state, payload, out _, out _) != SrtpResult.Ok)
        {
            drops.Count(DropReason.NotAuthentic);
            return false;
        }

        if (Latch(in header, packet) is not { } latched)
        {
            drops.Count(DropReason.UnknownStream);
            return true;
        }

        _last = latched;
        return Take(ref sink, latched, srtp, packet, in header, nowUs);
    }

    /// <summary>Finds where a new SSRC belongs, by what its packets say or by a payload type that only one track takes.</summary>
    private IncomingStream? Latch(in RtpHeader header, ReadOnlySpan<byte> packet)
    {
        if (_streams.Count >= MaxStreams)
            return null;
        string? mid = null, rid = null, repaired = null;
        foreach (var track in _tracks)
        {
            // With BUNDLE an id means the same in every section (RFC 8285 §5), so that the first map that knows it will do.
            foreach (var element in header.Extensions(packet))
            {
                switch (track.Parameters.Extensions[element.Id])
                {
                    case HeaderExtension.Mid:
                        mid ??= Encoding.ASCII.GetString(element.Value);
                        break;
                    case HeaderExtension.RtpStreamId:
                        rid ??= Encoding.ASCII.GetString(element.Value);
                        break;
                    case HeaderExtension.RepairedRtpStreamId:
                        repaired ??= Encoding.ASCII.GetString(element.Value);
                        break;
                }
            }
        }

        MediaTrack? found = null;
        foreach (var track in _tracks)
        {
            if (mid is not null ? track.Parameters.Mid != mid : !Takes(track, header.PayloadType))
                continue;
            if (found is not null)
                return null;
            found = track;
        }

        if (found is null)
            return null;
        var isRetransmission = found.MediaTypeOf(header.PayloadType) != byte.MaxValue;
        var name = isRetransmission ? repaired : rid;
        var layer = found.Layers.Length == 1 ? found.Layers[0] : name is null ? null : found.Layer(name);
        if (layer is null)
            return null;
        var stream = new IncomingStream(header.Ssrc, layer, isRetransmission);
        _streams.Add(header.Ssrc, stream);
        return stream;
    }

    private static bool Takes(MediaTrack track, byte payloadType) =>
        track.Codec(payloadType) is not null || track.MediaTypeOf(payloadType) != byte.MaxValue;

    private bool Take<TSink>(
        ref TSink sink, IncomingStream stream, SrtpReceiver srtp, ReadOnlySpan<byte> packet, in RtpHeader header, long nowUs)
        where TSink : struct, IMediaSink
    {
        var drops = peer.Engine.Drops;
        var track = stream.Layer.Track;
        var store = stream.Layer.Stream;
        var room = store.Reserve(ForwardedExtensions.MaxStored + packet.Length, nowUs);
        var extensions = ForwardedExtensions.Store(header.Extensions(packet), track.Parameters.Extensions, room[..ForwardedExtensions.MaxStored]);
        var result = srtp.UnprotectRtp(packet, header.Length, ref stream.Srtp, room[extensions..], out var length, out var index);
        if (result != SrtpResult.Ok)
        {
            drops.Count(result is SrtpResult.Replayed or SrtpResult.TooOld ? DropReason.Replayed : DropReason.NotAuthentic);
            return false;
        }

        stream.Count((long)index, header.Timestamp, length, nowUs);
        if (header.HasPadding)
        {
            // The last byte says how many there are, itself among them (RFC 3550 §5.1).
            var padding = length == 0 ? 0 : room[extensions + length - 1];
            if (padding == 0 || padding > length)
            {
                drops.Count(DropReason.Malformed);
                return true;
            }

            length -= padding;
        }

        var arrived = new StoredPacket
        {
            Sequence = (long)index,
            ArrivalUs = nowUs,
            Timestamp = header.Timestamp,
            ExtensionLength = (ushort)extensions,
            PayloadLength = (ushort)length,
            PayloadType = header.PayloadType,
            Flags = (header.Marker ? PacketFlags.Marker : PacketFlags.None) | (length == 0 ? PacketFlags.PaddingOnly : PacketFlags.None),
        };
        if (stream.IsRetransmission)
        {
            // Retransmissions are restored where NACK asks for them; until then they would only fill the store.
            return true;
        }

        if (track.Codec(header.PayloadType) is null)
        {
            drops.Count(DropReason.UnknownPayload);
            return true;
        }

        store.Commit(in arrived);
        if (!track.HasStarted)
        {
            track.HasStarted = true;
            sink.Raise(new TrackStarted(peer.Id, track.Parameters.Mid));
        }

        peer.Engine.NoteNews(store);
        return true;
    }
}
