// Sender and receiver reports. RFC 3550 §6.4.1, §6.4.2.
using System.Buffers.Binary;

namespace Parley.Media.Rtcp;

/// <summary>What a sender says of its own stream.</summary>
/// <param name="Ssrc">The sender's stream.</param>
/// <param name="Ntp">Its wall clock: seconds since 1900 in the upper half, their fraction in the lower.</param>
/// <param name="Timestamp">The RTP timestamp of the same instant.</param>
/// <param name="Packets">Packets sent, modulo 2^32.</param>
/// <param name="Bytes">Bytes of payload sent, modulo 2^32.</param>
internal readonly record struct SenderInformation(uint Ssrc, ulong Ntp, uint Timestamp, uint Packets, uint Bytes)
{
    /// <summary>Bytes in a report, with the SSRC.</summary>
    public const int Length = 24;

    /// <summary>The middle of the wall clock, by which receivers name this report.</summary>
    public uint MiddleOfNtp => (uint)(Ntp >> 16);

    /// <summary>Reads it from a sender report.</summary>
    public static bool TryRead(RtcpPacket packet, out SenderInformation information)
    {
        information = default;
        if (packet.Type != RtcpType.SenderReport || packet.Body.Length < Length)
            return false;
        var body = packet.Body;
        information = new SenderInformation(
            packet.Ssrc,
            BinaryPrimitives.ReadUInt64BigEndian(body[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(body[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(body[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(body[20..]));
        return true;
    }

    internal void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, Ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(target[4..], Ntp);
        BinaryPrimitives.WriteUInt32BigEndian(target[12..], Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(target[16..], Packets);
        BinaryPrimitives.WriteUInt32BigEndian(target[20..], Bytes);
    }
}

/// <summary>What a receiver says of one stream.</summary>
/// <param name="Ssrc">The stream.</param>
/// <param name="FractionLost">Lost since the last report, in 256ths.</param>
/// <param name="CumulativeLost">Lost in all; negative with duplicates; 24 bits.</param>
/// <param name="HighestSequence">The highest sequence number received, extended by the count of its cycles.</param>
/// <param name="Jitter">Interarrival jitter in timestamp units.</param>
/// <param name="LastReport">The middle 32 bits of the NTP time of the last sender report; 0 for none.</param>
/// <param name="DelaySinceLastReport">Since that report came, in 65536ths of a second.</param>
internal readonly record struct ReportBlock(
    uint Ssrc, byte FractionLost, int CumulativeLost, uint HighestSequence, uint Jitter, uint LastReport, uint DelaySinceLastReport)
{
    /// <summary>Bytes of a block.</summary>
    public const int Length = 24;

    private const int MostLost = 0x7FFFFF;

    internal static ReportBlock Read(ReadOnlySpan<byte> block) => new(
        BinaryPrimitives.ReadUInt32BigEndian(block),
        block[4],
        BinaryPrimitives.ReadInt32BigEndian(block[4..]) << 8 >> 8,
        BinaryPrimitives.ReadUInt32BigEndian(block[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(block[12..]),
        BinaryPrimitives.ReadUInt32BigEndian(block[16..]),
        BinaryPrimitives.ReadUInt32BigEndian(block[20..]));

    internal void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, Ssrc);
        BinaryPrimitives.WriteInt32BigEndian(target[4..], Math.Clamp(CumulativeLost, -MostLost - 1, MostLost) & 0xFFFFFF | FractionLost << 24);
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], HighestSequence);
        BinaryPrimitives.WriteUInt32BigEndian(target[12..], Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(target[16..], LastReport);
        BinaryPrimitives.WriteUInt32BigEndian(target[20..], DelaySinceLastReport);
    }

    /// <summary>The round trip that a block tells the sender of the report it names; 0 when it names none or is from the future.</summary>
    /// <param name="nowNtp">The sender's wall clock when the block came.</param>
    public long RoundTripUs(ulong nowNtp)
    {
        if (LastReport == 0)
            return 0;
        // In 65536ths of a second, modulo 2^32; a clock that is off by a little makes it negative.
        var trip = (int)((uint)(nowNtp >> 16) - LastReport - DelaySinceLastReport);
        return trip <= 0 ? 0 : trip * 1_000_000L >> 16;
    }
}

/// <summary>Walks over the report blocks of a sender or receiver report.</summary>
internal ref struct ReportBlocks
{
    private ReadOnlySpan<byte> _rest;

    private ReportBlocks(ReadOnlySpan<byte> blocks)
    {
        _rest = blocks;
        Current = default;
    }

    public ReportBlock Current { get; private set; }

    /// <summary>The blocks of a packet; none when it is no report.</summary>
    public static ReportBlocks In(RtcpPacket packet)
    {
        var at = packet.Type switch { RtcpType.SenderReport => SenderInformation.Length, RtcpType.ReceiverReport => 4, _ => int.MaxValue };
        if (at > packet.Body.Length)
            return default;
        var blocks = packet.Body[at..];
        return new ReportBlocks(blocks[..Math.Min(blocks.Length, packet.Count * ReportBlock.Length)]);
    }

    public readonly ReportBlocks GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.Length < ReportBlock.Length)
            return false;
        Current = ReportBlock.Read(_rest);
        _rest = _rest[ReportBlock.Length..];
        return true;
    }
}
