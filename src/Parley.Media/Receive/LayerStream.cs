// The plaintext packets of one encoding in the order of their arrival: fed by a receiver (or a relay), read by any number of subscriptions, and
// the cache from which retransmissions are served. One copy for everybody.
using System.Numerics;

namespace Parley.Media.Receive;

/// <summary>
/// A ring of packets over a ring of bytes. A packet keeps its place until its bytes are overwritten; the rings grow until they hold
/// <see cref="RetainUs"/> of the stream or reach their limit.
/// </summary>
internal sealed class LayerStream
{
    /// <summary>How long a packet is kept for retransmission, unless the limit of bytes is met: longer than any round trip worth repairing.</summary>
    public const long RetainUs = 1_000_000;

    private const int MaxPackets = 8192;

    private readonly int _maxBytes;
    private byte[] _bytes;
    private StoredPacket[] _packets;
    private long _written;
    private long _reservedAt;
    private long _highest = long.MinValue;

    /// <param name="initialBytes">Bytes of the first ring; a power of two.</param>
    /// <param name="maxBytes">The ring never gets longer; a power of two.</param>
    /// <param name="clockRate">Of the RTP timestamps, in Hz.</param>
    /// <param name="publisher">Whose clock the timestamps follow.</param>
    public LayerStream(int clockRate, int initialBytes, int maxBytes, object? publisher = null)
    {
        Clock = new ClockMap(publisher ?? this);
        ClockRate = clockRate;
        _maxBytes = maxBytes;
        _bytes = new byte[initialBytes];
        _packets = new StoredPacket[64];
    }

    public int ClockRate { get; }

    /// <summary>The arrival number that the next packet gets.</summary>
    public long Head { get; private set; }

    /// <summary>The arrival number of the oldest packet that may still be read.</summary>
    public long Tail { get; private set; }

    /// <summary>Those who are told of new packets.</summary>
    public StreamReaders Readers { get; } = new();

    /// <summary>How much its layers take.</summary>
    public StreamRates Rates { get; } = new();

    /// <summary>Relates RTP timestamps to the publisher's wall clock.</summary>
    public ClockMap Clock { get; }

    /// <summary>The source of the packets that come now: with another number timestamps, pictures and frames are others. It wraps.</summary>
    public byte Source => Clock.Source;

    /// <summary>Set while the stream is in the list of those with news for this turn.</summary>
    public bool HasNews { get; set; }

    /// <summary>Bytes held, for the accounts.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>Room for the bytes of one packet, in one piece. A further reservation takes the place of one that was not committed.</summary>
    public Span<byte> Reserve(int length, long nowUs)
    {
        MakeRoom(length, nowUs);
        var offset = (int)(_written & _bytes.Length - 1);
        _reservedAt = offset + length <= _bytes.Length ? _written : _written + _bytes.Length - offset;
        var end = _reservedAt + length;
        while (Tail < Head && end - this[Tail].Position > _bytes.Length)
            Tail++;
        return _bytes.AsSpan((int)(_reservedAt & _bytes.Length - 1), length);
    }

    /// <summary>Appends the packet whose bytes are in the last reservation. Its position is filled in here.</summary>
    public void Commit(in StoredPacket packet)
    {
        if (Head - Tail == _packets.Length)
            Tail++;
        ref var slot = ref _packets[(int)(Head & _packets.Length - 1)];
        slot = packet;
        slot.Position = _reservedAt;
        slot.Source = Source;
        if (packet.Sequence < _highest)
            slot.Flags |= PacketFlags.Overtaken;
        else
            _highest = packet.Sequence;
        _written = _reservedAt + packet.ExtensionLength + packet.PayloadLength;
        Rates.Count(in packet);
        Head++;
    }

    /// <summary>The packet of an arrival number between <see cref="Tail"/> and <see cref="Head"/>.</summary>
    public ref readonly StoredPacket this[long arrival] => ref _packets[(int)(arrival & _packets.Length - 1)];

    /// <summary>True while the packet of an arrival number may be read.</summary>
    public bool Holds(long arrival) => arrival >= Tail && arrival < Head;

    /// <summary>Bytes of payload from an arrival number on.</summary>
    public long BytesFrom(long arrival)
    {
        long bytes = 0;
        for (var at = Math.Max(arrival, Tail); at < Head; at++)
            bytes += this[at].PayloadLength;
        return bytes;
    }

    /// <summary>The oldest packet that has overtaken this one: it follows it by its number and came before it. The packet itself when none has.</summary>
    public long FirstToOvertake(long arrival)
    {
        var first = arrival;
        if (!this[arrival].Is(PacketFlags.Overtaken))
            return first;
        var sequence = this[arrival].Sequence;
        for (var at = arrival - 1; at >= Tail; at--)
        {
            if (this[at].Sequence > sequence)
                first = at;
        }

        return first;
    }

    /// <summary>The header extensions that travel on, each as kind, length and value.</summary>
    public ReadOnlySpan<byte> Extensions(in StoredPacket packet) => _bytes.AsSpan((int)(packet.Position & _bytes.Length - 1), packet.ExtensionLength);

    /// <summary>The payload, without padding.</summary>
    public ReadOnlySpan<byte> Payload(in StoredPacket packet) =>
        _bytes.AsSpan((int)(packet.Position & _bytes.Length - 1) + packet.ExtensionLength, packet.PayloadLength);

    /// <summary>Grows the rings when what would be lost is younger than what has to be retained.</summary>
    private void MakeRoom(int length, long nowUs)
    {
        // Whatever is reserved fits twice: once before the end of the ring, or else behind it.
        while (_bytes.Length < 2 * length)
            GrowBytes();
        if (Head == Tail || nowUs - this[Tail].ArrivalUs >= RetainUs)
            return;
        if (Head - Tail == _packets.Length && _packets.Length < MaxPackets)
            GrowPackets();
        while (_bytes.Length < _maxBytes && _written + 2L * length - this[Tail].Position > _bytes.Length)
            GrowBytes();
    }

    private void GrowPackets()
    {
        var packets = new StoredPacket[_packets.Length * 2];
        for (var arrival = Tail; arrival < Head; arrival++)
            packets[(int)(arrival & packets.Length - 1)] = this[arrival];
        _packets = packets;
    }

    private void GrowBytes()
    {
        var bytes = new byte[(int)BitOperations.RoundUpToPowerOf2((uint)_bytes.Length + 1)];
        long at = 0;
        for (var arrival = Tail; arrival < Head; arrival++)
        {
            ref var packet = ref _packets[(int)(arrival & _packets.Length - 1)];
            var length = packet.ExtensionLength + packet.PayloadLength;
            _bytes.AsSpan((int)(packet.Position & _bytes.Length - 1), length).CopyTo(bytes.AsSpan((int)at));
            packet.Position = at;
            at += length;
        }

        _bytes = bytes;
        _written = at;
    }
}
