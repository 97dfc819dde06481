// RFC 6455 §5.2: the header of a frame, read from a client and written to one.
using System.Buffers.Binary;

namespace Parley.Server.Signaling.Transport;

/// <summary>A client's frame header.</summary>
internal readonly struct FrameHeader
{
    /// <summary>The longest header that a server writes: two bytes and a 64-bit length.</summary>
    public const int MaxServerBytes = 10;

    /// <summary>The longest payload of a control frame (§5.5).</summary>
    public const int MaxControlPayload = 125;

    private FrameHeader(bool final, FrameOpcode opcode, int headerBytes, ulong payloadBytes, uint mask)
    {
        Final = final;
        Opcode = opcode;
        HeaderBytes = headerBytes;
        PayloadBytes = payloadBytes;
        Mask = mask;
    }

    public bool Final { get; }

    public FrameOpcode Opcode { get; }

    public int HeaderBytes { get; }

    public ulong PayloadBytes { get; }

    /// <summary>The masking key in memory order.</summary>
    public uint Mask { get; }

    public bool IsControl => ((byte)Opcode & 0x8) != 0;

    /// <summary>Reads a header from the start of the bytes. False when more bytes are needed, or when <paramref name="fault"/> says what is wrong.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header, out string? fault)
    {
        header = default;
        fault = null;
        if (bytes.Length < 2)
            return false;
        var opcode = (FrameOpcode)(bytes[0] & 0x0F);
        fault = Check(bytes[0], bytes[1], opcode);
        if (fault is not null)
            return false;
        var shortLength = bytes[1] & 0x7F;
        var headerBytes = shortLength switch { 126 => 8, 127 => 14, _ => 6 };
        if (bytes.Length < headerBytes)
            return false;
        var length = shortLength switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            127 => BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
            _ => (ulong)shortLength,
        };
        var mask = BitConverter.ToUInt32(bytes[(headerBytes - 4)..]);
        header = new FrameHeader((bytes[0] & 0x80) != 0, opcode, headerBytes, length, mask);
        return true;
    }

    /// <summary>The bytes of a server's header for a payload of this length.</summary>
    public static int ServerBytes(int payloadBytes) => payloadBytes switch { < 126 => 2, <= ushort.MaxValue => 4, _ => MaxServerBytes };

    /// <summary>Writes a server's header of a whole, unmasked message.</summary>
    /// <returns>How many bytes it took.</returns>
    public static int WriteServer(Span<byte> output, FrameOpcode opcode, int payloadBytes)
    {
        output[0] = (byte)(0x80 | (byte)opcode);
        switch (payloadBytes)
        {
            case < 126:
                output[1] = (byte)payloadBytes;
                return 2;
            case <= ushort.MaxValue:
                output[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(output[2..], (ushort)payloadBytes);
                return 4;
            default:
                output[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(output[2..], (ulong)payloadBytes);
                return MaxServerBytes;
        }
    }

    private static string? Check(byte first, byte second, FrameOpcode opcode)
    {
        if ((first & 0x70) != 0)
            return "reserved bits are set";
        if ((second & 0x80) == 0)
            return "a frame is not masked";
        if (opcode is not (FrameOpcode.Continuation or FrameOpcode.Text or FrameOpcode.Binary or FrameOpcode.Close or FrameOpcode.Ping or FrameOpcode.Pong))
            return "an unknown kind of frame";
        if (((byte)opcode & 0x8) != 0 && ((first & 0x80) == 0 || (second & 0x7F) > MaxControlPayload))
            return "a control frame is fragmented or too long";
        return null;
    }
}
