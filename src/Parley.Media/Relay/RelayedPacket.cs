// One packet in a record: what is known of it beside its bytes, its header extensions as they are stored, its payload.
using System.Buffers.Binary;
using Parley.Media.Forwarding;
using Parley.Media.Receive;
using Parley.Media.Rtp;

namespace Parley.Media.Relay;

[Flags]
internal enum RelayedPacketFlags : byte
{
    None = 0,
    Marker = 1,
    Retransmitted = 2,

    /// <summary>A decoder can begin here. A hint for readers of taps: an engine looks for itself.</summary>
    Keyframe = 4,

    /// <summary>Something before it was left out.</summary>
    FollowsGap = 8,

    All = 15,
}

/// <summary>A record of kind <see cref="RelayRecordKind.Media"/>. Its spans are those of the record.</summary>
internal readonly ref struct RelayedPacket
{
    public const int HeaderLength = 28;

    public uint Track { get; init; }

    public int Layer { get; init; }

    public RelayedPacketFlags Flags { get; init; }

    /// <summary>Which of the publisher's sources it is of; 4 bits, which wrap.</summary>
    public int Source { get; init; }

    public byte PayloadType { get; init; }

    /// <summary>The low bits of the packet's place among all that the layer brought, one after the other: what is left out was lost on the way here.</summary>
    public ushort Number { get; init; }

    /// <summary>The RTP sequence number with its rollover counter, 48 bits.</summary>
    public long Sequence { get; init; }

    public uint Timestamp { get; init; }

    /// <summary>When it came, by the clock of the other end; 48 bits.</summary>
    public long ArrivalUs { get; init; }

    /// <summary>As (kind, length, value).</summary>
    public ReadOnlySpan<byte> Extensions { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    public int Length => HeaderLength + Extensions.Length + Payload.Length;

    /// <summary>Reads a record of this kind; false when anything of it is not as it must be.</summary>
    public static bool TryRead(ReadOnlySpan<byte> record, out RelayedPacket packet)
    {
        packet = default;
        if (record.Length is < HeaderLength or > RelayLink.MaxRecord || record[5] >= RelayRecord.MaxLayers || record[7] > 127)
            return false;
        var extensions = (int)BinaryPrimitives.ReadUInt16BigEndian(record[26..]);
        if (extensions > ForwardedExtensions.MaxStored || extensions > record.Length - HeaderLength
            || !AreExtensions(record.Slice(HeaderLength, extensions)))
            return false;
        packet = new RelayedPacket
        {
            Track = BinaryPrimitives.ReadUInt32BigEndian(record[1..]),
            Layer = record[5],
            Flags = (RelayedPacketFlags)record[6] & RelayedPacketFlags.All,
            Source = record[6] >> RelayRecord.SourceAt,
            PayloadType = record[7],
            Number = BinaryPrimitives.ReadUInt16BigEndian(record[8..]),
            Sequence = RelayRecord.ReadNumber(record[10..]),
            Timestamp = BinaryPrimitives.ReadUInt32BigEndian(record[16..]),
            ArrivalUs = RelayRecord.ReadNumber(record[20..]),
            Extensions = record.Slice(HeaderLength, extensions),
            Payload = record[(HeaderLength + extensions)..],
        };
        return true;
    }

    /// <summary>The record of a stored packet.</summary>
    public static RelayedPacket Of(LayerStream stream, in StoredPacket packet, uint track, int layer, long number, RelayedPacketFlags flags = RelayedPacketFlags.None) => new()
    {
        Track = track,
        Layer = layer,
        Flags = flags
            | (packet.Is(PacketFlags.Marker) ? RelayedPacketFlags.Marker : RelayedPacketFlags.None)
            | (packet.Is(PacketFlags.Retransmitted) ? RelayedPacketFlags.Retransmitted : RelayedPacketFlags.None)
            | (packet.Is(PacketFlags.Keyframe) ? RelayedPacketFlags.Keyframe : RelayedPacketFlags.None),
        Source = packet.Source & RelayRecord.SourceMask,
        PayloadType = packet.PayloadType,
        Number = (ushort)number,
        Sequence = packet.Sequence,
        Timestamp = packet.Timestamp,
        ArrivalUs = packet.ArrivalUs,
        Extensions = stream.Extensions(in packet),
        Payload = stream.Payload(in packet),
    };

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> target)
    {
        RelayRecord.Write(target, RelayRecordKind.Media, Track);
        target[5] = (byte)Layer;
        target[6] = (byte)((int)Flags | Source << RelayRecord.SourceAt);
        target[7] = PayloadType;
        BinaryPrimitives.WriteUInt16BigEndian(target[8..], Number);
        RelayRecord.WriteNumber(target[10..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(target[16..], Timestamp);
        RelayRecord.WriteNumber(target[20..], ArrivalUs);
        BinaryPrimitives.WriteUInt16BigEndian(target[26..], (ushort)Extensions.Length);
        Extensions.CopyTo(target[HeaderLength..]);
        Payload.CopyTo(target[(HeaderLength + Extensions.Length)..]);
    }

    private static bool AreExtensions(ReadOnlySpan<byte> stored)
    {
        for (var from = 0; from < stored.Length; from += 2 + stored[from + 1])
        {
            if (stored.Length - from < 2 || stored.Length - from - 2 < stored[from + 1] || stored[from] > (byte)HeaderExtension.ColorSpace
                || !ForwardedExtensions.TravelsOn((HeaderExtension)stored[from]))
                return false;
        }

        return true;
    }
}
