// Feedback about packets and pictures: NACK, FIR, and the receiver's estimate. RFC 4585 §6.2.1, RFC 5104 §4.3.1, draft-alvestrand-rmcat-remb-03.
using System.Buffers.Binary;
using System.Numerics;

namespace Parley.Media.Rtcp;

/// <summary>Walks over the sequence numbers that a NACK asks for, lowest first within each of its items.</summary>
internal ref struct NackedSequences
{
    private ReadOnlySpan<byte> _rest;
    private ushort _packet;
    private uint _wanted;

    private NackedSequences(ReadOnlySpan<byte> items)
    {
        _rest = items;
        Current = 0;
    }

    public ushort Current { get; private set; }

    /// <summary>The numbers in a packet; none when it is no NACK.</summary>
    public static NackedSequences In(RtcpPacket packet) =>
        packet.IsFeedback(RtcpType.TransportFeedback, FeedbackFormat.Nack) ? new NackedSequences(packet.FeedbackControl) : default;

    public readonly NackedSequences GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_wanted == 0)
        {
            if (_rest.Length < 4)
                return false;
            // Bit 0 is the packet itself, bit n the one n later.
            _packet = BinaryPrimitives.ReadUInt16BigEndian(_rest);
            _wanted = (uint)BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]) << 1 | 1;
            _rest = _rest[4..];
        }

        var bit = BitOperations.TrailingZeroCount(_wanted);
        _wanted &= _wanted - 1;
        Current = (ushort)(_packet + bit);
        return true;
    }
}

/// <summary>A request for a keyframe of one stream.</summary>
/// <param name="Ssrc">The stream.</param>
/// <param name="Number">The request's number: one that repeats the last is the same request, sent again.</param>
internal readonly record struct IntraRequest(uint Ssrc, byte Number)
{
    /// <summary>Bytes of an entry.</summary>
    public const int Length = 8;
}

/// <summary>Walks over the entries of a full intra request.</summary>
internal ref struct IntraRequests
{
    private ReadOnlySpan<byte> _rest;

    private IntraRequests(ReadOnlySpan<byte> entries)
    {
        _rest = entries;
        Current = default;
    }

    public IntraRequest Current { get; private set; }

    /// <summary>The entries in a packet; none when it is no FIR.</summary>
    public static IntraRequests In(RtcpPacket packet) =>
        packet.IsFeedback(RtcpType.PayloadFeedback, FeedbackFormat.FullIntraRequest) ? new IntraRequests(packet.FeedbackControl) : default;

    public readonly IntraRequests GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.Length < IntraRequest.Length)
            return false;
        Current = new IntraRequest(BinaryPrimitives.ReadUInt32BigEndian(_rest), _rest[4]);
        _rest = _rest[IntraRequest.Length..];
        return true;
    }
}

/// <summary>The receiver's estimate of the maximum bitrate (REMB).</summary>
internal static class ReceiverEstimate
{
    internal const int MantissaBits = 18;

    /// <summary>"REMB".</summary>
    internal const uint Name = 0x52454D42;

    /// <summary>Reads an estimate.</summary>
    /// <param name="packet">Any packet.</param>
    /// <param name="bitrateBps">The bitrate of all media together, in bit/s.</param>
    public static bool TryRead(RtcpPacket packet, out long bitrateBps)
    {
        bitrateBps = 0;
        if (!packet.IsFeedback(RtcpType.PayloadFeedback, FeedbackFormat.Application) || packet.FeedbackControl.Length < 8)
            return false;
        var control = packet.FeedbackControl;
        if (BinaryPrimitives.ReadUInt32BigEndian(control) != Name || 8 + control[4] * 4 > control.Length)
            return false;
        var exponent = control[5] >> 2;
        long mantissa = (control[5] & 3) << 16 | BinaryPrimitives.ReadUInt16BigEndian(control[6..]);
        // What needs more than 63 bits is faster than anything.
        bitrateBps = mantissa == 0 ? 0 : exponent > BitOperations.LeadingZeroCount((ulong)mantissa) - 1 ? long.MaxValue : mantissa << exponent;
        return true;
    }
}
