// Redundant audio data: several blocks in one packet, the newest last. RFC 2198 §3.
using System.Buffers.Binary;

namespace Parley.Media.Codecs;

/// <summary>One block.</summary>
/// <param name="HeaderAt">Where its header begins in the payload; the payload type is in the lower seven bits of that byte.</param>
/// <param name="PayloadType">Of the data.</param>
/// <param name="TimestampOffset">How much earlier than the packet's timestamp it is; 0 for the primary block.</param>
/// <param name="At">Where its data begins.</param>
/// <param name="Length">Bytes of data.</param>
/// <param name="IsPrimary">True for the last block, which is the packet's own.</param>
internal readonly record struct RedundantBlock(int HeaderAt, byte PayloadType, int TimestampOffset, int At, int Length, bool IsPrimary);

/// <summary>Walks over the blocks. Only whole payloads are walked: <see cref="IsWhole"/>.</summary>
internal ref struct RedundantBlocks
{
    private const int HeaderLength = 4;
    private const int PrimaryHeaderLength = 1;

    private readonly ReadOnlySpan<byte> _payload;
    private int _headerAt;
    private int _dataAt;

    /// <summary>Prepares to walk over a payload.</summary>
    public RedundantBlocks(ReadOnlySpan<byte> payload)
    {
        _payload = payload;
        Current = default;
        var (at, data) = (0, 0);
        while (at < payload.Length && (payload[at] & 0x80) != 0)
        {
            if (at + HeaderLength > payload.Length)
                return;
            data += LengthOf(payload[at..]);
            at += HeaderLength;
        }

        IsWhole = at < payload.Length && at + PrimaryHeaderLength + data <= payload.Length;
        _headerAt = IsWhole ? 0 : payload.Length;
        _dataAt = at + PrimaryHeaderLength;
    }

    /// <summary>False when headers or data are cut off; no block is given then.</summary>
    public readonly bool IsWhole { get; }

    public RedundantBlock Current { get; private set; }

    public readonly RedundantBlocks GetEnumerator() => this;

    public bool MoveNext()
    {
        if (!IsWhole || _headerAt >= _payload.Length || Current.IsPrimary)
            return false;
        var isPrimary = (_payload[_headerAt] & 0x80) == 0;
        var offset = isPrimary ? 0 : BinaryPrimitives.ReadUInt16BigEndian(_payload[(_headerAt + 1)..]) >> 2;
        var length = isPrimary ? _payload.Length - _dataAt : LengthOf(_payload[_headerAt..]);
        Current = new RedundantBlock(_headerAt, (byte)(_payload[_headerAt] & 0x7F), offset, _dataAt, length, isPrimary);
        _headerAt += isPrimary ? PrimaryHeaderLength : HeaderLength;
        _dataAt += length;
        return true;
    }

    /// <summary>Gives every block the payload type that the subscriber knows its format by; false, with the payload unchanged, when one has none or it is not whole.</summary>
    /// <param name="payload">The payload, changed in place.</param>
    /// <param name="payloadTypes">128 entries; 255 stands for a type that the subscriber does not take.</param>
    public static bool TryRewrite(Span<byte> payload, ReadOnlySpan<byte> payloadTypes)
    {
        var blocks = new RedundantBlocks(payload);
        if (!blocks.IsWhole)
            return false;
        foreach (var block in blocks)
        {
            if (payloadTypes[block.PayloadType] > 0x7F)
                return false;
        }

        foreach (var block in blocks)
            payload[block.HeaderAt] = (byte)(payload[block.HeaderAt] & 0x80 | payloadTypes[block.PayloadType]);
        return true;
    }

    /// <summary>The data of the primary block: what is there without redundancy. Empty when the payload is not whole.</summary>
    public static Span<byte> Primary(Span<byte> payload)
    {
        foreach (var block in new RedundantBlocks(payload))
        {
            if (block.IsPrimary)
                return payload.Slice(block.At, block.Length);
        }

        return default;
    }

    private static int LengthOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt16BigEndian(header[2..]) & 0x3FF;
}
