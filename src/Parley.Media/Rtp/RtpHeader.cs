// The header of an RTP packet, read in place. RFC 3550 §5.1, RFC 8285 §4.
using System.Buffers.Binary;

namespace Parley.Media.Rtp;

/// <summary>The fields of a well-formed header; the rest of the packet follows at <see cref="Length"/>.</summary>
internal readonly struct RtpHeader
{
    public const int FixedLength = 12;
    public const ushort OneByteProfile = 0xBEDE;
    public const ushort TwoByteProfile = 0x1000;

    private RtpHeader(ReadOnlySpan<byte> packet, int length, int extensionAt, int extensionLength, ushort profile)
    {
        HasPadding = (packet[0] & 0x20) != 0;
        Marker = (packet[1] & 0x80) != 0;
        PayloadType = (byte)(packet[1] & 0x7F);
        Sequence = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        Timestamp = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        Ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);
        Length = length;
        ExtensionAt = extensionAt;
        ExtensionLength = extensionLength;
        Profile = profile;
    }

    public bool HasPadding { get; }

    public bool Marker { get; }

    public byte PayloadType { get; }

    public ushort Sequence { get; }

    public uint Timestamp { get; }

    public uint Ssrc { get; }

    /// <summary>Bytes up to the payload.</summary>
    public int Length { get; }

    /// <summary>Where the extension elements begin; they are <see cref="ExtensionLength"/> bytes.</summary>
    public int ExtensionAt { get; }

    public int ExtensionLength { get; }

    /// <summary>0xBEDE, 0x100x, or what a sender made up; 0 without extensions.</summary>
    public ushort Profile { get; }

    public static bool TryRead(ReadOnlySpan<byte> packet, out RtpHeader header)
    {
        header = default;
        if (packet.Length < FixedLength || packet[0] >> 6 != 2)
            return false;
        var length = FixedLength + (packet[0] & 15) * 4;
        int extensionAt = 0, extensionLength = 0;
        ushort profile = 0;
        if ((packet[0] & 0x10) != 0)
        {
            if (packet.Length < length + 4)
                return false;
            profile = BinaryPrimitives.ReadUInt16BigEndian(packet[length..]);
            extensionLength = BinaryPrimitives.ReadUInt16BigEndian(packet[(length + 2)..]) * 4;
            extensionAt = length + 4;
            length = extensionAt + extensionLength;
        }

        if (packet.Length < length)
            return false;
        header = new RtpHeader(packet, length, extensionAt, extensionLength, profile);
        return true;
    }

    /// <summary>The elements of the header's extension.</summary>
    public ExtensionElements Extensions(ReadOnlySpan<byte> packet) => new(packet.Slice(ExtensionAt, ExtensionLength), Profile);
}
