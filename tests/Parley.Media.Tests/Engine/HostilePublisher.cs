// A publisher with good keys and bad manners: a browser's recorded packets, changed before they are encrypted, so that they prove authentic.
using System.Buffers.Binary;
using System.Text;
using Parley.Media.Forwarding;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Engine;

internal sealed class HostilePublisher
{
    private const byte MidId = 9;
    private const byte RidId = 10;
    private const byte RepairedRidId = 11;
    private const byte DescriptorId = 14;

    /// <summary>The extensions of the captures, by the numbers that Chromium gives them.</summary>
    public static readonly HeaderExtensionMap Extensions = new(
    [
        (1, HeaderExtension.AudioLevel), (2, HeaderExtension.AbsoluteSendTime), (3, HeaderExtension.VideoOrientation), (4, HeaderExtension.TransportSequence),
        (5, HeaderExtension.PlayoutDelay), (6, HeaderExtension.VideoContentType), (7, HeaderExtension.VideoTiming), (8, HeaderExtension.ColorSpace), (MidId, HeaderExtension.Mid),
        (RidId, HeaderExtension.RtpStreamId), (RepairedRidId, HeaderExtension.RepairedRtpStreamId), (DescriptorId, HeaderExtension.DependencyDescriptor),
    ]);

    private readonly Random _random;
    private readonly CapturedPacket[] _capture;
    private readonly ReceiveParameters _parameters;
    private readonly byte _retransmissionType;
    private readonly uint _span;
    private readonly Dictionary<uint, uint> _ssrcs = [];
    private readonly Dictionary<uint, long> _sequences = [];
    private readonly List<(uint Ssrc, long Sequence, string? Rid, byte[] Payload, uint Timestamp)> _lost = [];
    private int _next;
    private uint _round;

    public HostilePublisher(EngineStage stage, string capture, ReceiveParameters parameters, Random random)
    {
        (_random, _parameters) = (random, parameters);
        Virtual = stage.Connect();
        Track = Virtual.Peer.AddTrack(parameters);
        _retransmissionType = parameters.Codecs[0].RetransmissionPayloadType ?? 127;
        // Layers beside each other, as they were sent.
        _capture = [.. Capture.Packets(capture).GroupBy(static packet => packet.Header.Ssrc)
            .SelectMany(static stream => stream.Select((packet, at) => (Packet: packet, At: at / (double)stream.Count()))).OrderBy(static packet => packet.At).Select(static packet => packet.Packet)];
        _span = _capture.GroupBy(static packet => packet.Header.Ssrc).Max(static stream => stream.Last().Header.Timestamp - stream.First().Header.Timestamp) + 3000;
    }

    public VirtualPeer Virtual { get; }

    public MediaTrack Track { get; private set; }

    /// <summary>SSRCs in use.</summary>
    public IEnumerable<uint> Ssrcs => _ssrcs.Values;

    /// <summary>Asked for a keyframe, it may begin anew; asked for packets, it may send them again.</summary>
    public void Hear(ReadOnlySpan<byte> compound)
    {
        foreach (var packet in new RtcpPackets(compound))
        {
            if (packet.Type == RtcpType.PayloadFeedback && _random.Next(2) == 0)
                _next = 0;
        }
    }

    /// <summary>The track ends and another takes its place, as after a negotiation.</summary>
    public void Renew()
    {
        Virtual.Peer.RemoveTrack(Track);
        Track = Virtual.Peer.AddTrack(_parameters);
        _ssrcs.Clear();
        _lost.Clear();
        _next = 0;
    }

    /// <summary>The next packet, as it was recorded or changed; null when it is lost on its way.</summary>
    /// <param name="isHonest">True to change and lose nothing.</param>
    public byte[]? Packet(bool isHonest = false)
    {
        if (!isHonest && _lost.Count > 0 && _random.Next(20) == 0)
            return Retransmission();
        var captured = _capture[_next];
        if (++_next == _capture.Length)
            (_next, _round) = (0, _round + 1);
        var plain = captured.Bytes.ToArray();
        var ssrc = Ssrc(captured.Header.Ssrc, mayChange: !isHonest);
        var sequence = isHonest ? _sequences[ssrc]++ : Number(ssrc);
        var timestamp = captured.Header.Timestamp + _round * _span;
        BinaryPrimitives.WriteUInt16BigEndian(plain.AsSpan(2), (ushort)sequence);
        BinaryPrimitives.WriteUInt32BigEndian(plain.AsSpan(4), timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(plain.AsSpan(8), ssrc);
        if (isHonest)
            return Virtual.Rtp(plain, sequence);
        if (_random.Next(30) == 0)
        {
            var rid = captured.Extension(RidId) is { } value ? Encoding.ASCII.GetString(value) : null;
            _lost.Add((ssrc, sequence, rid, captured.Payload, timestamp));
            return null;
        }

        return Virtual.Rtp(_random.Next(3) == 0 ? Changed(plain, captured.Header) : plain, sequence);
    }

    // A stream begins under another SSRC now and then.
    private uint Ssrc(uint captured, bool mayChange)
    {
        if (_ssrcs.TryGetValue(captured, out var ssrc) && !(mayChange && _random.Next(300) == 0))
            return ssrc;
        ssrc = (uint)_random.Next(1000, int.MaxValue);
        _sequences[ssrc] = _random.Next(0x10000);
        return _ssrcs[captured] = ssrc;
    }

    // As a rule the next one; seldom one from before, once or twice, or one from far ahead.
    private long Number(uint ssrc)
    {
        ref var next = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrNullRef(_sequences, ssrc);
        switch (_random.Next(60))
        {
            case 0:
                return Math.Max(0, next - _random.Next(1, 1200));
            case 1:
                next += _random.Next(1, 300);
                break;
            case 2 when _random.Next(4) == 0:
                next += _random.Next(1, 32_000);
                break;
        }

        return next++;
    }

    private byte[] Retransmission()
    {
        var at = _random.Next(_lost.Count);
        var (ssrc, sequence, rid, payload, timestamp) = _lost[at];
        _lost.RemoveAt(at);
        if (_random.Next(4) == 0)
            sequence = _random.Next(0x10000);
        byte[] original = [(byte)(sequence >> 8), (byte)sequence, .. payload[.._random.Next(payload.Length + 1)]];
        if (_random.Next(10) == 0)
            original = original[.._random.Next(3)];
        // A stream of its own for each.
        var own = ssrc ^ 0x8000_0000;
        var number = _sequences[own] = _sequences.GetValueOrDefault(own, 1) + 1;
        (byte, byte[])[] extensions = rid is null ? [(MidId, Encoding.ASCII.GetBytes(_parameters.Mid))] : [(MidId, Encoding.ASCII.GetBytes(_parameters.Mid)), (RepairedRidId, Encoding.ASCII.GetBytes(rid))];
        return Virtual.Rtp(own, _retransmissionType, number, original, timestamp, false, extensions);
    }

    /// <summary>The packet with one thing wrong.</summary>
    private byte[] Changed(byte[] plain, RtpHeader header)
    {
        var payload = plain.AsSpan(header.Length);
        switch (_random.Next(10))
        {
            case 0 or 1:
                Spoil(payload[..Math.Min(payload.Length, 16)]);
                break;
            case 2:
                return plain[..(header.Length + _random.Next(payload.Length + 1))];
            case 3:
                Spoil(plain.AsSpan(header.ExtensionAt, header.ExtensionLength));
                break;
            case 4:
                foreach (var element in header.Extensions(plain.ToArray()))
                {
                    if (element.Id == DescriptorId && plain.AsSpan().IndexOf(element.Value) is var descriptor and >= 0)
                        Spoil(plain.AsSpan(descriptor, element.Value.Length));
                }

                break;
            case 5:
                plain[1] = (byte)(plain[1] & 0x80 | (_random.Next(3) == 0 ? _random.Next(128) : _parameters.Codecs[_random.Next(_parameters.Codecs.Length)].PayloadType));
                break;
            case 6:
                plain[0] |= 0x20;
                plain[^1] = (byte)_random.Next(256);
                break;
            case 7:
                BinaryPrimitives.WriteUInt32BigEndian(plain.AsSpan(4), (uint)_random.NextInt64(uint.MaxValue));
                plain[1] ^= 0x80;
                break;
            case 8:
                // Contributing sources, or another length of the extensions: everything behind is read as something else.
                if (_random.Next(2) == 0)
                    plain[0] = (byte)(plain[0] & 0xF0 | _random.Next(16));
                else
                    BinaryPrimitives.WriteUInt16BigEndian(plain.AsSpan(14), (ushort)_random.Next(12));
                break;
            default:
                // Of a stream that belongs nowhere.
                BinaryPrimitives.WriteUInt32BigEndian(plain.AsSpan(8), (uint)_random.Next(1, 100));
                plain[0] &= 0xEF;
                plain[1] = 126;
                break;
        }

        return plain;
    }

    private void Spoil(Span<byte> bytes)
    {
        for (var i = _random.Next(1, 5); i > 0 && bytes.Length > 0; i--)
            bytes[_random.Next(bytes.Length)] = (byte)(_random.Next(4) == 0 ? 255 : _random.Next(256));
    }
}
