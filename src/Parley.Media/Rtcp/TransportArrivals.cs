// When packets have arrived, by their transport-wide sequence number, and the feedback that tells their sender. draft-holmer-rmcat-transport-wide-cc-extensions-01.
using System.Buffers.Binary;

namespace Parley.Media.Rtcp;

/// <summary>Remembers arrivals of one transport until they are reported. Fixed size; takes any numbers in any order.</summary>
internal sealed class TransportArrivals
{
    /// <summary>Numbers that are remembered. A packet that is later than this is not reported.</summary>
    public const int Window = 2048;

    // The longest feedback that is written, whatever the room: its deltas wait on the stack until the chunks before them are known.
    private const int LongestFeedback = 1472;

    // A run of what is missing, a chunk with the first that has arrived, and its delta, which is within one reference period and so takes a byte.
    private const int ShortestFeedback = TransportFeedbackFormat.HeaderLength + 2 + 2 + 1;
    private const long NotArrived = long.MinValue;

    private readonly long[] _ticks = new long[Window];
    private long _next;
    private long _end;
    private bool _hasStarted;
    private byte _number;

    /// <summary>True when something has arrived that was not reported.</summary>
    public bool HasNews => _hasStarted && _next < _end;

    /// <summary>Takes note of a packet. Of two with the same number the first counts.</summary>
    /// <param name="sequence">The transport-wide sequence number.</param>
    /// <param name="nowUs">When it came; 0 or later.</param>
    public void Record(ushort sequence, long nowUs)
    {
        if (!_hasStarted)
        {
            Array.Fill(_ticks, NotArrived);
            _hasStarted = true;
            // A whole round above zero, so that earlier numbers stay positive.
            _next = _end = sequence + 0x10000L;
        }

        var position = _end + (short)(sequence - (ushort)_end);
        if (position < _end - Window)
            return;
        if (position >= _end + Window)
        {
            // A jump that leaves nothing to tell of: whatever was not reported is given up.
            Array.Fill(_ticks, NotArrived);
            _next = _end = position;
        }

        for (; _end <= position; _end++)
            _ticks[_end % Window] = NotArrived;
        _next = Math.Max(_next, _end - Window);
        ref var ticks = ref _ticks[position % Window];
        if (ticks != NotArrived)
            return;
        ticks = nowUs / TransportFeedbackFormat.TickUs;
        // One that was late is told of after all, and with it again what followed.
        if (position < _next)
            _next = position;
    }

    /// <summary>Writes what follows the two SSRCs of one feedback message, and goes on from there the next time.</summary>
    /// <returns>The length, without padding; 0 when there is nothing to tell, or no room.</returns>
    public int WriteFeedback(Span<byte> target)
    {
        target = target[..Math.Min(target.Length, LongestFeedback)];
        if (!HasNews || target.Length < ShortestFeedback)
            return 0;

        var first = _next;
        var arrived = first;
        while (_ticks[arrived % Window] == NotArrived)
            arrived++; // the last one before the end has arrived in any case
        var reference = _ticks[arrived % Window] / TransportFeedbackFormat.TicksPerReference;
        var last = reference * TransportFeedbackFormat.TicksPerReference;
        var chunks = new StatusChunks(target[TransportFeedbackFormat.HeaderLength..]);
        Span<byte> deltas = stackalloc byte[LongestFeedback];
        var deltaLength = 0;
        for (; _next < _end; _next++)
        {
            var ticks = _ticks[_next % Window];
            if (ticks == NotArrived)
            {
                if (!chunks.TryAdd(TransportFeedbackFormat.NotReceived, deltaLength))
                    break;
                continue;
            }

            // Between whole ticks, so that rounding does not add up.
            var delta = ticks - last;
            var symbol = delta is >= 0 and <= byte.MaxValue ? TransportFeedbackFormat.SmallDelta : TransportFeedbackFormat.LargeDelta;
            if (delta is < short.MinValue or > short.MaxValue || !chunks.TryAdd(symbol, deltaLength + symbol))
                break;
            if (symbol == TransportFeedbackFormat.SmallDelta)
                deltas[deltaLength] = (byte)delta;
            else
                BinaryPrimitives.WriteInt16BigEndian(deltas[deltaLength..], (short)delta);
            deltaLength += symbol;
            last = ticks;
        }

        var chunkLength = chunks.Finish();
        deltas[..deltaLength].CopyTo(target[(TransportFeedbackFormat.HeaderLength + chunkLength)..]);
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)first);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)(_next - first));
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], (uint)reference << 8 | _number++);
        return TransportFeedbackFormat.HeaderLength + chunkLength + deltaLength;
    }
}
