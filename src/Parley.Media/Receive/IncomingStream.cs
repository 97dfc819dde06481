// One SSRC that a peer sends: its replay window and its accounts. RFC 3550 §6.4.1, §A.3, §A.8.
using Parley.Media.Forwarding;
using Parley.Media.Rtcp;
using Parley.Media.Srtp;

namespace Parley.Media.Receive;

/// <summary>A received RTP stream: media of a layer, or its retransmissions.</summary>
internal sealed class IncomingStream(uint ssrc, TrackLayer layer, bool isRetransmission)
{
    public readonly uint Ssrc = ssrc;
    public readonly TrackLayer Layer = layer;
    public readonly bool IsRetransmission = isRetransmission;

    /// <summary>Rollover counter and replay window.</summary>
    public SrtpReceiveState Srtp;

    public long Packets;
    public long Bytes;
    public long FirstSequence = -1;
    public long HighestSequence;

    /// <summary>What is added to its numbers in the layer's store: all that its replay window accepts lie above those of the source before it.</summary>
    public long SequenceOffset;

    /// <summary>
    /// Of retransmissions: the one stream that they repair (RFC 4588 §5.3), from the first that was of use on, and at the latest from when another follows it. The numbers of another
    /// source mean other packets.
    /// </summary>
    public IncomingStream? Repaired;

    /// <summary>True when another stream has taken its place in the layer.</summary>
    public bool IsRetired;

    /// <summary>Interarrival jitter in timestamp units, times 16 (RFC 3550 §A.8).</summary>
    public long ScaledJitter;

    /// <summary>The middle of the wall clock in the sender's last report, and when that came.</summary>
    public uint LastReport;
    public long LastReportUs;

    private long _lastTransit;
    private long _reportedExpected;
    private long _reportedPackets;

    /// <summary>What there is to report since the last time; false when nothing has come in all.</summary>
    public bool TryReport(long nowUs, out ReportBlock block)
    {
        block = default;
        if (Packets == 0)
            return false;
        var expected = HighestSequence - FirstSequence + 1;
        var newlyExpected = expected - _reportedExpected;
        var newlyLost = newlyExpected - (Packets - _reportedPackets);
        (_reportedExpected, _reportedPackets) = (expected, Packets);
        block = new ReportBlock(
            Ssrc,
            newlyExpected <= 0 || newlyLost <= 0 ? (byte)0 : (byte)Math.Min(255, (newlyLost << 8) / newlyExpected),
            (int)Math.Clamp(expected - Packets, int.MinValue, int.MaxValue),
            (uint)HighestSequence,
            (uint)(ScaledJitter >> 4),
            LastReport,
            LastReport == 0 ? 0 : (uint)((nowUs - LastReportUs << 16) / 1_000_000));
        return true;
    }

    /// <summary>Keeps the accounts of a packet that was authenticated.</summary>
    public void Count(long sequence, uint timestamp, int bytes, long nowUs)
    {
        Packets++;
        Bytes += bytes;
        if (FirstSequence < 0)
            FirstSequence = HighestSequence = sequence;
        if (sequence > HighestSequence)
            HighestSequence = sequence;
        else if (sequence < FirstSequence)
            FirstSequence = sequence;

        var transit = nowUs * Layer.Stream.ClockRate / 1_000_000 - timestamp;
        if (Packets > 1)
        {
            // The difference modulo 2^32: timestamps wrap.
            var difference = Math.Abs((long)(int)(transit - _lastTransit));
            ScaledJitter += difference - (ScaledJitter + 8 >> 4);
        }

        _lastTransit = transit;
    }
}
