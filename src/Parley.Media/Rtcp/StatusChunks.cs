// Packs what is known of packets into chunks: a run of one symbol, fourteen symbols of one bit, or seven of two. draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.3, §3.1.4.
using System.Buffers.Binary;

namespace Parley.Media.Rtcp;

/// <summary>Writes chunks one behind the other. The symbols of the last one, which can always be written as a single chunk, are held back as long as it can grow.</summary>
internal ref struct StatusChunks(Span<byte> target)
{
    private const int ChunkLength = 2;

    private readonly Span<byte> _target = target;

    // Two bits each, the first at the bottom. A run that is longer than a vector is known by its first symbol.
    private uint _symbols;
    private int _count;
    private bool _isRun = true;
    private bool _hasLarge;
    private int _written;

    private readonly int First => (int)(_symbols & 3);

    /// <summary>Adds a symbol, unless chunks and deltas would have no room together.</summary>
    /// <param name="symbol">0 to 2.</param>
    /// <param name="deltaLength">Bytes of all deltas, with this packet's.</param>
    public bool TryAdd(int symbol, int deltaLength)
    {
        var fits = FitsIntoChunk(symbol);
        if (_written + (fits ? 0 : ChunkLength) + ChunkLength + deltaLength > _target.Length)
            return false;
        if (!fits)
            EmitFull();
        if (_count < TransportFeedbackFormat.OneBitSymbols)
            _symbols |= (uint)symbol << 2 * _count;
        _isRun = _isRun && symbol == First;
        _hasLarge |= symbol == TransportFeedbackFormat.LargeDelta;
        _count++;
        return true;
    }

    /// <summary>Writes what is held back and returns the length of all chunks.</summary>
    public int Finish()
    {
        if (_count == 0)
            return _written;
        if (_isRun)
            Write((uint)(First << 13 | _count));
        else if (_count > TransportFeedbackFormat.TwoBitSymbols)
            Write(OneBitVector());
        else
            Write(TwoBitVector());
        _count = 0;
        return _written;
    }

    private readonly bool FitsIntoChunk(int symbol)
    {
        if (_count < TransportFeedbackFormat.TwoBitSymbols)
            return true;
        if (_isRun && symbol == First)
            return _count < TransportFeedbackFormat.LongestRun;
        return _count < TransportFeedbackFormat.OneBitSymbols && !_hasLarge && symbol != TransportFeedbackFormat.LargeDelta;
    }

    // Only the very last chunk may hold fewer symbols than its form has room for.
    private void EmitFull()
    {
        if (_isRun)
        {
            Write((uint)(First << 13 | _count));
            Keep(0, 0);
        }
        else if (_count == TransportFeedbackFormat.OneBitSymbols)
        {
            Write(OneBitVector());
            Keep(0, 0);
        }
        else
        {
            Write(TwoBitVector());
            Keep(_symbols >> 2 * TransportFeedbackFormat.TwoBitSymbols, _count - TransportFeedbackFormat.TwoBitSymbols);
        }
    }

    private readonly uint OneBitVector()
    {
        var chunk = 0x8000u;
        for (var i = 0; i < _count; i++)
            chunk |= (_symbols >> 2 * i & 1) << TransportFeedbackFormat.OneBitSymbols - 1 - i;
        return chunk;
    }

    private readonly uint TwoBitVector()
    {
        var chunk = 0xC000u;
        for (var i = 0; i < Math.Min(_count, TransportFeedbackFormat.TwoBitSymbols); i++)
            chunk |= (_symbols >> 2 * i & 3) << 2 * (TransportFeedbackFormat.TwoBitSymbols - 1 - i);
        return chunk;
    }

    private void Write(uint chunk)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_target[_written..], (ushort)chunk);
        _written += ChunkLength;
    }

    private void Keep(uint symbols, int count)
    {
        _symbols = symbols;
        _count = count;
        _isRun = true;
        _hasLarge = false;
        for (var i = 0; i < count; i++)
        {
            var symbol = (int)(symbols >> 2 * i & 3);
            _isRun &= symbol == First;
            _hasLarge |= symbol == TransportFeedbackFormat.LargeDelta;
        }
    }
}
