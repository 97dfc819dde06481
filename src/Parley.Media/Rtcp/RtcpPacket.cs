// The packets of a compound, read in place. RFC 3550 §6.1, §6.4; RFC 5506 allows any packet to stand alone or first.
using System.Buffers.Binary;

namespace Parley.Media.Rtcp;

/// <summary>What the second byte of a packet says.</summary>
internal enum RtcpType : byte
{
    SenderReport = 200,
    ReceiverReport = 201,
    SourceDescription = 202,
    Goodbye = 203,
    Application = 204,
    TransportFeedback = 205,
    PayloadFeedback = 206,
    ExtendedReport = 207,
}

/// <summary>Feedback messages by their number (RFC 4585 §6, RFC 5104 §4.3).</summary>
internal static class FeedbackFormat
{
    /// <summary>Of transport feedback: packets that are missing.</summary>
    public const byte Nack = 1;

    /// <summary>Of transport feedback: arrival times by transport-wide sequence number.</summary>
    public const byte TransportWide = 15;

    /// <summary>Of payload feedback: a picture is lost.</summary>
    public const byte PictureLoss = 1;

    /// <summary>Of payload feedback: a keyframe is asked for.</summary>
    public const byte FullIntraRequest = 4;

    /// <summary>Of payload feedback: an application's own, such as the receiver's estimate (REMB).</summary>
    public const byte Application = 15;
}

/// <summary>One packet.</summary>
internal readonly ref struct RtcpPacket(byte first, RtcpType type, ReadOnlySpan<byte> body)
{
    public const int HeaderLength = 4;

    public RtcpType Type { get; } = type;

    /// <summary>The five bits after the padding bit: how many sources or reports there are.</summary>
    public int Count { get; } = first & 0x1F;

    /// <summary>The same bits in feedback: which message it is.</summary>
    public byte Format => (byte)Count;

    /// <summary>What follows the header, without padding.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>True when the body begins with an SSRC, as all bodies do but an empty BYE or SDES.</summary>
    public bool HasSsrc => Body.Length >= 4;

    /// <summary>The SSRC at the beginning: who has sent the packet; of SDES and BYE the first source.</summary>
    public uint Ssrc => BinaryPrimitives.ReadUInt32BigEndian(Body);

    /// <summary>True when this is the feedback message, with the SSRC of its sender and of the media.</summary>
    public bool IsFeedback(RtcpType type, byte format) => Type == type && Format == format && Body.Length >= 8;

    /// <summary>The SSRC that feedback is about; some messages leave it 0 and name it further on.</summary>
    public uint MediaSsrc => BinaryPrimitives.ReadUInt32BigEndian(Body[4..]);

    /// <summary>What follows the two SSRCs of feedback.</summary>
    public ReadOnlySpan<byte> FeedbackControl => Body[8..];
}

/// <summary>Walks over the packets of a compound; what is cut off or not of version 2 ends it.</summary>
internal ref struct RtcpPackets(ReadOnlySpan<byte> compound)
{
    private ReadOnlySpan<byte> _rest = compound;
    private ReadOnlySpan<byte> _body;
    private byte _first;
    private RtcpType _type;

    public readonly RtcpPacket Current => new(_first, _type, _body);

    /// <summary>True when the walk has ended before the end of the compound.</summary>
    public bool IsMalformed { get; private set; }

    public readonly RtcpPackets GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        IsMalformed = true;
        if (_rest.Length < RtcpPacket.HeaderLength || _rest[0] >> 6 != 2)
            return End();
        var length = (BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]) + 1) * 4;
        if (length > _rest.Length)
            return End();
        var body = _rest[RtcpPacket.HeaderLength..length];
        if ((_rest[0] & 0x20) != 0)
        {
            // Only the last packet should be padded, but what is meant is plain in any.
            if (body.IsEmpty || body[^1] == 0 || body[^1] > body.Length)
                return End();
            body = body[..^body[^1]];
        }

        IsMalformed = false;
        _first = _rest[0];
        _type = (RtcpType)_rest[1];
        _body = body;
        _rest = _rest[length..];
        return true;
    }

    private bool End()
    {
        _rest = default;
        return false;
    }
}
