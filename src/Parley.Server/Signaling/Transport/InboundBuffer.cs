// The received bytes of one connection and the messages in them (RFC 6455 §5). No IO; holds no memory while nothing is half received.
using System.Buffers;
using System.Text.Unicode;

namespace Parley.Server.Signaling.Transport;

/// <summary>Turns bytes into whole messages and control frames.</summary>
/// <param name="maxMessageBytes">A longer message is <see cref="InboundKind.TooLarge"/>.</param>
internal sealed class InboundBuffer(int maxMessageBytes)
{
    private const int FirstRent = 4096;

    // Owned, rented: the window of received bytes, and the pieces of a fragmented message.
    private byte[]? _buffer;
    private byte[]? _pieces;
    private int _start;
    private int _end;
    private int _piecesLength;
    private bool _inFragments;

    /// <summary>True when no received byte is left over.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>Where to receive into.</summary>
    public Memory<byte> Free()
    {
        if (_buffer is null)
            _buffer = ArrayPool<byte>.Shared.Rent(FirstRent);
        else if (_end == _buffer.Length)
            MakeRoom();
        return _buffer.AsMemory(_end);
    }

    /// <summary>Says how many bytes were received into <see cref="Free"/>.</summary>
    public void Received(int count) => _end += count;

    /// <summary>Forgets what was received.</summary>
    public void Discard() => _start = _end = 0;

    /// <summary>Gives the memory back when nothing is left over.</summary>
    public void Trim()
    {
        if (!IsEmpty)
            return;
        Return(ref _buffer);
        _start = _end = 0;
        if (!_inFragments)
            Return(ref _pieces);
    }

    /// <summary>The next whole input; false when more bytes are needed.</summary>
    public bool TryTake(out Inbound inbound)
    {
        while (true)
        {
            var window = _buffer.AsSpan(_start, _end - _start);
            if (!FrameHeader.TryRead(window, out var header, out var fault))
            {
                inbound = fault is null ? default : new Inbound(InboundKind.Malformed, default, fault);
                return fault is not null;
            }

            if (header.PayloadBytes > (ulong)(maxMessageBytes - (header.IsControl ? 0 : _piecesLength)))
            {
                inbound = new Inbound(InboundKind.TooLarge, default);
                return true;
            }

            var total = header.HeaderBytes + (int)header.PayloadBytes;
            if (window.Length < total)
            {
                inbound = default;
                return false;
            }

            var payload = _buffer.AsMemory(_start + header.HeaderBytes, (int)header.PayloadBytes);
            _start += total;
            FrameMask.Apply(payload.Span, header.Mask);
            if (TryComplete(header, payload, out inbound))
                return true;
        }
    }

    /// <summary>Gives all memory back; nothing is called after it.</summary>
    public void Release()
    {
        Return(ref _buffer);
        Return(ref _pieces);
        _start = _end = 0;
    }

    private static void Return(ref byte[]? rented)
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        rented = null;
    }

    private bool TryComplete(FrameHeader header, Memory<byte> payload, out Inbound inbound)
    {
        inbound = default;
        switch (header.Opcode)
        {
            case FrameOpcode.Ping:
                inbound = new Inbound(InboundKind.Ping, payload);
                return true;
            case FrameOpcode.Pong:
                inbound = new Inbound(InboundKind.Pong, payload);
                return true;
            case FrameOpcode.Close:
                inbound = payload.Length == 1 ? new Inbound(InboundKind.Malformed, default, "a close frame of one byte") : new Inbound(InboundKind.Close, payload);
                return true;
            case FrameOpcode.Binary:
                inbound = new Inbound(InboundKind.Malformed, default, "a binary message");
                return true;
            case FrameOpcode.Text when _inFragments:
            case FrameOpcode.Continuation when !_inFragments:
                inbound = new Inbound(InboundKind.Malformed, default, "fragments out of order");
                return true;
            default:
                return TryCompleteText(header.Final, payload, out inbound);
        }
    }

    private bool TryCompleteText(bool final, Memory<byte> payload, out Inbound inbound)
    {
        inbound = default;
        if (!final || _inFragments)
        {
            _inFragments = true;
            Append(payload.Span);
            if (!final)
                return false;
            payload = _pieces.AsMemory(0, _piecesLength);
            _inFragments = false;
            _piecesLength = 0;
        }

        inbound = Utf8.IsValid(payload.Span) ? new Inbound(InboundKind.Text, payload) : new Inbound(InboundKind.Malformed, default, "text that is not UTF-8");
        return true;
    }

    private void Append(ReadOnlySpan<byte> piece)
    {
        if (_pieces is null || _pieces.Length < _piecesLength + piece.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstRent, Math.Min(2 * (_piecesLength + piece.Length), maxMessageBytes)));
            if (_pieces is not null)
            {
                _pieces.AsSpan(0, _piecesLength).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_pieces);
            }

            _pieces = larger;
        }

        piece.CopyTo(_pieces.AsSpan(_piecesLength));
        _piecesLength += piece.Length;
    }

    // Moves what is left to the front, or into a larger buffer: memory grows with what was received, never with what a header announces.
    private void MakeRoom()
    {
        var left = _end - _start;
        if (left <= _buffer!.Length / 2)
        {
            _buffer.AsSpan(_start, left).CopyTo(_buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
            _buffer.AsSpan(_start, left).CopyTo(larger);
            Return(ref _buffer);
            _buffer = larger;
        }

        _start = 0;
        _end = left;
    }
}
