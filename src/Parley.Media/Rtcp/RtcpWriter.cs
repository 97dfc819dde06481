// Writes packets one after the other, as a compound or for themselves. RFC 3550 §6.4, §6.5, §6.6; RFC 4585 §6; RFC 5104 §4.3.1; draft-alvestrand-rmcat-remb-03.
using System.Buffers.Binary;
using System.Numerics;

namespace Parley.Media.Rtcp;

/// <summary>Fills a buffer with packets. What has no room is not begun, and the method says so; what was written before stays.</summary>
internal ref struct RtcpWriter(Span<byte> target)
{
    /// <summary>The most sources, or blocks, that one packet has: five bits count them.</summary>
    public const int MaxSources = 31;

    private readonly Span<byte> _target = target;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes that there is still room for.</summary>
    public readonly int Room => _target.Length - Length;

    private readonly Span<byte> Rest => _target[Length..];

    /// <summary>A report of a stream that we send, with what we receive. Blocks beyond 31 are left for another report.</summary>
    public bool TrySenderReport(scoped in SenderInformation sender, scoped ReadOnlySpan<ReportBlock> blocks)
    {
        blocks = blocks[..Math.Min(blocks.Length, MaxSources)];
        if (!TryBegin(RtcpType.SenderReport, blocks.Length, SenderInformation.Length + blocks.Length * ReportBlock.Length, out var body))
            return false;
        sender.Write(body);
        Write(blocks, body[SenderInformation.Length..]);
        return true;
    }

    /// <summary>A report of what we receive. Blocks beyond 31 are left for another report.</summary>
    public bool TryReceiverReport(uint ssrc, scoped ReadOnlySpan<ReportBlock> blocks)
    {
        blocks = blocks[..Math.Min(blocks.Length, MaxSources)];
        if (!TryBegin(RtcpType.ReceiverReport, blocks.Length, 4 + blocks.Length * ReportBlock.Length, out var body))
            return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        Write(blocks, body[4..]);
        return true;
    }

    /// <summary>The canonical name of a source.</summary>
    /// <param name="ssrc">The source.</param>
    /// <param name="name">UTF-8; more than 255 bytes are cut off.</param>
    public bool TrySourceDescription(uint ssrc, scoped ReadOnlySpan<byte> name)
    {
        name = name[..Math.Min(name.Length, byte.MaxValue)];
        // SSRC, item, and one to four zeros.
        var items = 2 + name.Length;
        if (!TryBegin(RtcpType.SourceDescription, 1, 4 + (items & ~3) + 4, out var body))
            return false;
        body.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        body[4] = 1;
        body[5] = (byte)name.Length;
        name.CopyTo(body[6..]);
        return true;
    }

    /// <summary>Sources that have gone, at most 31.</summary>
    public bool TryGoodbye(scoped ReadOnlySpan<uint> ssrcs)
    {
        if (ssrcs.Length > MaxSources || !TryBegin(RtcpType.Goodbye, ssrcs.Length, 4 * ssrcs.Length, out var body))
            return false;
        for (var i = 0; i < ssrcs.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(body[(4 * i)..], ssrcs[i]);
        return true;
    }

    /// <summary>Asks for packets again.</summary>
    /// <param name="sender">Who asks.</param>
    /// <param name="media">Whose packets are missing.</param>
    /// <param name="sequences">Their numbers, in their order; numbers that are at most 16 after another share an item with it.</param>
    /// <returns>How many numbers were written, from the beginning: fewer than all when there is no more room.</returns>
    public int Nack(uint sender, uint media, scoped ReadOnlySpan<ushort> sequences)
    {
        const int headers = RtcpPacket.HeaderLength + 8;
        if (sequences.IsEmpty || Rest.Length < headers + 4)
            return 0;
        var items = Rest[headers..];
        var (length, written) = (0, 0);
        while (written < sequences.Length && length + 4 <= items.Length)
        {
            var packet = sequences[written++];
            var following = 0;
            for (; written < sequences.Length; written++)
            {
                var distance = (ushort)(sequences[written] - packet);
                if (distance > 16)
                    break;
                if (distance > 0)
                    following |= 1 << distance - 1;
            }

            BinaryPrimitives.WriteUInt16BigEndian(items[length..], packet);
            BinaryPrimitives.WriteUInt16BigEndian(items[(length + 2)..], (ushort)following);
            length += 4;
        }

        _ = TryBeginFeedback(RtcpType.TransportFeedback, FeedbackFormat.Nack, sender, media, length, out _);
        return written;
    }

    /// <summary>Says that a picture is lost: a keyframe is wanted.</summary>
    public bool TryPictureLoss(uint sender, uint media) => TryBeginFeedback(RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss, sender, media, 0, out _);

    /// <summary>Asks for a keyframe.</summary>
    public bool TryFullIntraRequest(uint sender, IntraRequest request)
    {
        if (!TryBeginFeedback(RtcpType.PayloadFeedback, FeedbackFormat.FullIntraRequest, sender, 0, IntraRequest.Length, out var control))
            return false;
        BinaryPrimitives.WriteUInt32BigEndian(control, request.Ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(control[4..], (uint)request.Number << 24);
        return true;
    }

    /// <summary>Tells the peer how much we believe to be able to receive from it.</summary>
    /// <param name="sender">Who tells.</param>
    /// <param name="bitrateBps">In bit/s, rounded down to 18 significant bits; below 0 counts as 0.</param>
    /// <param name="ssrcs">The streams that share it, at most 255.</param>
    public bool TryReceiverEstimate(uint sender, long bitrateBps, scoped ReadOnlySpan<uint> ssrcs)
    {
        if (ssrcs.Length > byte.MaxValue
            || !TryBeginFeedback(RtcpType.PayloadFeedback, FeedbackFormat.Application, sender, 0, 8 + 4 * ssrcs.Length, out var control))
            return false;
        var bitrate = (ulong)Math.Max(bitrateBps, 0);
        var exponent = Math.Max(0, 64 - BitOperations.LeadingZeroCount(bitrate) - ReceiverEstimate.MantissaBits);
        var mantissa = (uint)(bitrate >> exponent);
        BinaryPrimitives.WriteUInt32BigEndian(control, ReceiverEstimate.Name);
        BinaryPrimitives.WriteUInt32BigEndian(control[4..], (uint)ssrcs.Length << 24 | (uint)exponent << ReceiverEstimate.MantissaBits | mantissa);
        for (var i = 0; i < ssrcs.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(control[(8 + 4 * i)..], ssrcs[i]);
        return true;
    }

    /// <summary>Reports what has arrived and was not reported yet, as much of it as there is room for.</summary>
    /// <returns>False when there is nothing to report, or no room for any.</returns>
    public bool TryTransportFeedback(uint sender, uint media, TransportArrivals arrivals)
    {
        const int headers = RtcpPacket.HeaderLength + 8;
        if (Rest.Length < headers)
            return false;
        // A multiple of four, so that the zeros behind the deltas have room as well.
        var length = arrivals.WriteFeedback(Rest[headers..(Rest.Length & ~3)]);
        if (length == 0)
            return false;
        // Zeros without the padding bit, which only the last packet of a compound may carry.
        _ = TryBeginFeedback(RtcpType.TransportFeedback, FeedbackFormat.TransportWide, sender, media, length + 3 & ~3, out var control);
        control[length..].Clear();
        return true;
    }

    private static void Write(ReadOnlySpan<ReportBlock> blocks, Span<byte> target)
    {
        for (var i = 0; i < blocks.Length; i++)
            blocks[i].Write(target[(i * ReportBlock.Length)..]);
    }

    private bool TryBeginFeedback(RtcpType type, byte format, uint sender, uint media, int controlLength, out Span<byte> control)
    {
        control = default;
        if (!TryBegin(type, format, 8 + controlLength, out var body))
            return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, sender);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], media);
        control = body[8..];
        return true;
    }

    private bool TryBegin(RtcpType type, int count, int bodyLength, out Span<byte> body)
    {
        body = default;
        if (Rest.Length < RtcpPacket.HeaderLength + bodyLength)
            return false;
        var packet = Rest[..(RtcpPacket.HeaderLength + bodyLength)];
        packet[0] = (byte)(0x80 | count);
        packet[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(bodyLength / 4));
        body = packet[RtcpPacket.HeaderLength..];
        Length += packet.Length;
        return true;
    }
}
