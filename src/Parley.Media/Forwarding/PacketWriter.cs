// The bytes of one packet for one subscriber: header, extensions, and the numbers inside the payload. RFC 3550 §5.1.
using System.Buffers.Binary;
using Parley.Media.Codecs;
using Parley.Media.Engine;
using Parley.Media.Receive;
using Parley.Media.Rtp;

namespace Parley.Media.Forwarding;

/// <summary>Makes the same bytes from the same <see cref="SentPacket"/>, however often: a repeat under the same number must not differ (RFC 3711 §9.1).</summary>
/// <param name="extensions">The subscriber's ids.</param>
/// <param name="payloadTypes">The subscriber's payload types by the source's; the owner changes them with the source.</param>
/// <param name="redundantType">The subscriber's type of redundant sound (RFC 2198); none of RTP's when it takes none.</param>
internal readonly struct PacketWriter(HeaderExtensionMap extensions, byte[] payloadTypes, byte redundantType)
{
    /// <summary>Room for a packet of padding, without its tag.</summary>
    public const int PaddingRoom = RtpHeader.FixedLength + ForwardedExtensions.HopBytes + MostPadding;

    /// <summary>Stored extensions and payload of so many bytes fit in a datagram, whatever is added: the hop's extensions, a mid of 16 bytes, the longest tag, and RTX.</summary>
    private const int AlwaysFits = MediaEngine.MaxDatagram - RtpHeader.FixedLength - ForwardedExtensions.HopBytes - 2 - 16 - 16 - 2;

    /// <summary>What the one byte can count that says how much padding there is.</summary>
    private const int MostPadding = 255;

    /// <summary>Room for a packet that fits, with so much more.</summary>
    public static int RoomFor(in StoredPacket packet, int more) =>
        Math.Min(RtpHeader.FixedLength + packet.ExtensionLength + ForwardedExtensions.HopBytes + 2 + packet.PayloadLength + more, MediaEngine.MaxDatagram);

    /// <summary>True when a packet can leave in one datagram.</summary>
    /// <param name="stream">Where the packet is.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="mid">Bytes of the mid that goes along.</param>
    /// <param name="more">Bytes beside header and payload: the tag, and what a retransmission has.</param>
    public bool Fits(LayerStream stream, in StoredPacket packet, int mid, int more) =>
        packet.ExtensionLength + packet.PayloadLength <= AlwaysFits || FitsExactly(stream, in packet, mid, more);

    private bool FitsExactly(LayerStream stream, in StoredPacket packet, int mid, int more) =>
        RtpHeader.FixedLength + ForwardedExtensions.Measure(stream.Extensions(in packet), extensions, mid) + packet.PayloadLength + more <= MediaEngine.MaxDatagram;

    /// <returns>The header's length.</returns>
    public int WriteHeader(
        Span<byte> target, LayerStream stream, in StoredPacket packet, in SentPacket sent, ReadOnlySpan<byte> mid, byte payloadType, ushort sequence, uint ssrc,
        ushort transportSequence, long sentUs)
    {
        FrameRenumbering? frames = sent.Is(SentFlags.Renumbered) ? new FrameRenumbering(sent.Frame, sent.TemplateShift) : null;
        var length = ForwardedExtensions.Write(
            target[RtpHeader.FixedLength..], stream.Extensions(in packet), extensions, mid, transportSequence, sentUs, frames);
        // Version 2, no padding, no contributing sources; the extension bit when there is one.
        target[0] = (byte)(length == 0 ? 0x80 : 0x90);
        target[1] = (byte)(payloadType | (sent.Is(SentFlags.Marker) ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], sent.Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], ssrc);
        return RtpHeader.FixedLength + length;
    }

    /// <summary>A packet of nothing but padding.</summary>
    /// <returns>The header's length.</returns>
    public int WritePadding(Span<byte> target, in SentPacket padding, uint ssrc, out ReadOnlySpan<byte> payload)
    {
        var length = ForwardedExtensions.Write(target[RtpHeader.FixedLength..], default, extensions, default, padding.TransportSequence, padding.SentUs);
        target[0] = (byte)(length == 0 ? 0xA0 : 0xB0);
        target[1] = padding.PayloadType;
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)padding.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], padding.Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], ssrc);
        var header = RtpHeader.FixedLength + length;
        var bytes = target.Slice(header, MostPadding);
        bytes.Clear();
        bytes[^1] = MostPadding;
        payload = bytes;
        return header;
    }

    /// <summary>Gives a payload the subscriber's numbers.</summary>
    /// <returns>What of it is to be sent: of redundant sound for a subscriber that takes none, the sound itself.</returns>
    public Span<byte> Rewrite(Span<byte> payload, in StoredPacket packet, in SentPacket sent)
    {
        switch (packet.Kind)
        {
            case PayloadKind.Vp8 when Vp8Descriptor.TryRead(payload, out var vp8):
                vp8.Rewrite(payload, sent.Picture, sent.BaseLayerIndex);
                break;
            case PayloadKind.Vp9 when Vp9Descriptor.TryRead(payload, out var vp9):
                vp9.Rewrite(payload, sent.Picture, sent.BaseLayerIndex);
                break;
            case PayloadKind.Red when sent.PayloadType == redundantType:
                RedundantBlocks.TryRewrite(payload, payloadTypes);
                break;
            case PayloadKind.Red:
                return RedundantBlocks.Primary(payload);
        }

        return payload;
    }
}
