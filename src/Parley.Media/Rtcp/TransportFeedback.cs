// Arrival times of packets by their transport-wide sequence number, as the receiver of them reports. draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
using System.Buffers.Binary;

namespace Parley.Media.Rtcp;

/// <summary>The numbers of the format.</summary>
internal static class TransportFeedbackFormat
{
    public const int HeaderLength = 8;
    public const int ReferenceUs = 64_000;
    public const int TickUs = 250;
    public const int TicksPerReference = ReferenceUs / TickUs;

    /// <summary>Most packets that a run-length chunk can cover.</summary>
    public const int LongestRun = 0x1FFF;

    public const int OneBitSymbols = 14;
    public const int TwoBitSymbols = 7;

    // Symbols: what is known of a packet, which is also how many bytes its delta takes.
    public const int NotReceived = 0;
    public const int SmallDelta = 1;
    public const int LargeDelta = 2;
}

/// <summary>A packet that has arrived.</summary>
/// <param name="Sequence">Its transport-wide sequence number.</param>
/// <param name="ArrivalUs">When, by the receiver's clock, which wraps after 2^24 times 64 ms (12 days); in steps of 250 µs.</param>
internal readonly record struct TransportArrival(ushort Sequence, long ArrivalUs);

/// <summary>
/// A whole and consistent feedback message. Enumerating it gives the packets that have arrived, by rising number; those between
/// <see cref="BaseSequence"/> and <see cref="Count"/> numbers later that are not given have not.
/// </summary>
internal readonly ref struct TransportFeedback
{
    private readonly ReadOnlySpan<byte> _chunks;
    private readonly ReadOnlySpan<byte> _deltas;
    private readonly int _reference;

    private TransportFeedback(ReadOnlySpan<byte> control, int chunksEnd)
    {
        BaseSequence = BinaryPrimitives.ReadUInt16BigEndian(control);
        Count = BinaryPrimitives.ReadUInt16BigEndian(control[2..]);
        _reference = BinaryPrimitives.ReadInt32BigEndian(control[4..]) >> 8;
        Number = control[7];
        _chunks = control[TransportFeedbackFormat.HeaderLength..chunksEnd];
        _deltas = control[chunksEnd..];
    }

    /// <summary>The first packet that is spoken of.</summary>
    public ushort BaseSequence { get; }

    /// <summary>Packets that are spoken of, 1 to 65535.</summary>
    public int Count { get; }

    /// <summary>The message's own number: a gap means lost feedback.</summary>
    public byte Number { get; }

    /// <summary>Reads a message; false when it is another, or anything in it is cut off or reserved.</summary>
    public static bool TryRead(RtcpPacket packet, out TransportFeedback feedback)
    {
        feedback = default;
        if (!packet.IsFeedback(RtcpType.TransportFeedback, FeedbackFormat.TransportWide))
            return false;
        var control = packet.FeedbackControl;
        if (control.Length < TransportFeedbackFormat.HeaderLength)
            return false;

        int remaining = BinaryPrimitives.ReadUInt16BigEndian(control[2..]);
        var deltas = 0;
        var at = TransportFeedbackFormat.HeaderLength;
        while (remaining > 0)
        {
            if (at + 2 > control.Length || !TryMeasure(BinaryPrimitives.ReadUInt16BigEndian(control[at..]), ref remaining, ref deltas))
                return false;
            at += 2;
        }

        if (at == TransportFeedbackFormat.HeaderLength || at + deltas > control.Length)
            return false;
        feedback = new TransportFeedback(control, at);
        return true;
    }

    public Enumerator GetEnumerator() => new(this);

    // Takes a chunk off what remains, and adds the bytes of its deltas.
    private static bool TryMeasure(ushort chunk, ref int remaining, ref int deltas)
    {
        if (chunk >> 15 == 0)
        {
            var run = Math.Min(chunk & TransportFeedbackFormat.LongestRun, remaining);
            var symbol = chunk >> 13 & 3;
            if (run == 0 || symbol > TransportFeedbackFormat.LargeDelta)
                return false;
            remaining -= run;
            deltas += run * symbol;
            return true;
        }

        var (bits, symbols) = Layout(chunk);
        for (var i = 0; i < symbols && remaining > 0; i++, remaining--)
        {
            var symbol = Symbol(chunk, bits, i);
            if (symbol > TransportFeedbackFormat.LargeDelta)
                return false;
            deltas += symbol;
        }

        return true;
    }

    private static (int Bits, int Symbols) Layout(ushort chunk) =>
        (chunk & 0x4000) == 0 ? (1, TransportFeedbackFormat.OneBitSymbols) : (2, TransportFeedbackFormat.TwoBitSymbols);

    private static int Symbol(ushort chunk, int bits, int index) => chunk >> 14 - bits * (index + 1) & (1 << bits) - 1;

    /// <summary>Gives what has arrived. Runs of what has not are passed over in one step.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _chunks;
        private readonly ReadOnlySpan<byte> _deltas;
        private readonly ushort _base;
        private readonly int _count;
        private long _ticks;
        private int _position;
        private int _chunkAt;
        private int _deltaAt;
        private ushort _chunk;
        private int _inChunk;
        private int _chunkLength;

        internal Enumerator(TransportFeedback feedback)
        {
            _chunks = feedback._chunks;
            _deltas = feedback._deltas;
            _base = feedback.BaseSequence;
            _count = feedback.Count;
            _ticks = (long)feedback._reference * TransportFeedbackFormat.TicksPerReference;
        }

        public TransportArrival Current { get; private set; }

        public bool MoveNext()
        {
            while (_position < _count)
            {
                if (_inChunk == _chunkLength)
                    NextChunk();
                var isRun = _chunk >> 15 == 0;
                var symbol = isRun ? _chunk >> 13 & 3 : Symbol(_chunk, Layout(_chunk).Bits, _inChunk);
                if (symbol == TransportFeedbackFormat.NotReceived)
                {
                    var step = isRun ? _chunkLength - _inChunk : 1;
                    _inChunk += step;
                    _position += step;
                    continue;
                }

                _ticks += symbol == TransportFeedbackFormat.SmallDelta ? _deltas[_deltaAt] : BinaryPrimitives.ReadInt16BigEndian(_deltas[_deltaAt..]);
                _deltaAt += symbol;
                Current = new TransportArrival((ushort)(_base + _position), _ticks * TransportFeedbackFormat.TickUs);
                _inChunk++;
                _position++;
                return true;
            }

            return false;
        }

        private void NextChunk()
        {
            _chunk = BinaryPrimitives.ReadUInt16BigEndian(_chunks[_chunkAt..]);
            _chunkAt += 2;
            _inChunk = 0;
            _chunkLength = _chunk >> 15 == 0 ? _chunk & TransportFeedbackFormat.LongestRun : Layout(_chunk).Symbols;
        }
    }
}
