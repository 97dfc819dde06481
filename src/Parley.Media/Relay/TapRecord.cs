// What the reader of a tap is given, one after the other.
using Parley.Media.Rtp;

namespace Parley.Media.Relay;

/// <summary>What a <see cref="TapRecord"/> is.</summary>
public enum TapRecordKind : byte
{
    /// <summary>An RTP packet, decrypted.</summary>
    Packet,

    /// <summary>What the publisher's wall clock says at a timestamp: by it the tracks of a publisher are put in step. It holds from here on.</summary>
    Clock,
}

/// <summary>A packet, or a word about clocks. Its spans are valid until <see cref="TrackTap.Release"/>.</summary>
public readonly ref struct TapRecord
{
    private readonly ReadOnlySpan<byte> _extensions;

    internal TapRecord(scoped in RelayedPacket packet)
    {
        Kind = TapRecordKind.Packet;
        Layer = packet.Layer;
        Sequence = packet.Sequence;
        Timestamp = packet.Timestamp;
        ArrivalUs = packet.ArrivalUs;
        PayloadType = packet.PayloadType;
        Marker = Is(packet.Flags, RelayedPacketFlags.Marker);
        IsKeyframe = Is(packet.Flags, RelayedPacketFlags.Keyframe);
        IsRetransmission = Is(packet.Flags, RelayedPacketFlags.Retransmitted);
        FollowsGap = Is(packet.Flags, RelayedPacketFlags.FollowsGap);
        Payload = packet.Payload;
        _extensions = packet.Extensions;
    }

    internal TapRecord(scoped in RelayedLayerState clock)
    {
        Kind = TapRecordKind.Clock;
        Ntp = clock.Ntp;
        Timestamp = clock.Timestamp;
        ArrivalUs = clock.ArrivalUs;
    }

    /// <summary>What it is.</summary>
    public TapRecordKind Kind { get; }

    /// <summary>The simulcast layer that the packet is of. With another one, another size of picture begins, with a keyframe.</summary>
    public int Layer { get; }

    /// <summary>The packet's number: it does not wrap, and goes on over a change of the layer. Packets that were late come late; a number that never comes was lost.</summary>
    public long Sequence { get; }

    /// <summary>The RTP timestamp, on one timeline over changes of the layer; of a clock, the one that <see cref="Ntp"/> belongs to.</summary>
    public uint Timestamp { get; }

    /// <summary>When it came, by the engine's clock in microseconds.</summary>
    public long ArrivalUs { get; }

    /// <summary>The payload type that the publisher negotiated.</summary>
    public byte PayloadType { get; }

    /// <summary>The marker bit.</summary>
    public bool Marker { get; }

    /// <summary>True when a decoder can begin here, as far as payload or descriptor tell it.</summary>
    public bool IsKeyframe { get; }

    /// <summary>True when it came as a retransmission.</summary>
    public bool IsRetransmission { get; }

    /// <summary>True when packets before it were left out, because the reader was behind. Video begins anew here.</summary>
    public bool FollowsGap { get; }

    /// <summary>The payload, without padding.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The publisher's wall clock, as NTP: seconds in the upper half, their fraction in the lower.</summary>
    public ulong Ntp { get; }

    /// <summary>The value of a header extension that describes the media. False when the packet has none of this kind.</summary>
    public bool TryGetExtension(HeaderExtension kind, out ReadOnlySpan<byte> value)
    {
        for (var from = 0; from < _extensions.Length; from += 2 + _extensions[from + 1])
        {
            if (_extensions[from] != (byte)kind)
                continue;
            value = _extensions.Slice(from + 2, _extensions[from + 1]);
            return true;
        }

        value = default;
        return false;
    }

    private static bool Is(RelayedPacketFlags flags, RelayedPacketFlags flag) => (flags & flag) != RelayedPacketFlags.None;
}
