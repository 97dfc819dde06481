// What a subscriber reports of one stream: what it lost, and how long the way is to it and back. RFC 3550 §6.4.1.
using Parley.Media.Rtcp;

namespace Parley.Media.Forwarding;

/// <summary>Remembers when our reports left, since the subscriber's name the last one that it got, and what the subscriber's said.</summary>
internal sealed class SubscriberReports
{
    private readonly (uint MiddleOfNtp, long SentUs)[] _sent = new (uint, long)[4];
    private int _next;
    private long _highest;

    /// <summary>Packets lost, as far as it was told.</summary>
    public long PacketsLost { get; private set; }

    /// <summary>The share that it lost of late, from 0 to 1.</summary>
    public double LossRate { get; private set; }

    /// <summary>The last round trip; 0 while it is not known.</summary>
    public long RoundTripUs { get; private set; }

    /// <summary>True when the subscriber was sent a report.</summary>
    public bool HasReported { get; private set; }

    /// <summary>A report of ours leaves.</summary>
    public void NoteSent(in SenderInformation report, long nowUs)
    {
        HasReported = true;
        _sent[_next++ & _sent.Length - 1] = (report.MiddleOfNtp, nowUs);
    }

    /// <summary>Takes what the subscriber reports.</summary>
    /// <param name="block">The report.</param>
    /// <param name="highestOut">The highest number that was sent.</param>
    /// <param name="sent">Packets sent.</param>
    /// <param name="repeated">Packets sent again.</param>
    /// <param name="nowUs">The time.</param>
    /// <returns>How many packets the report speaks of.</returns>
    public long Handle(in ReportBlock block, long highestOut, long sent, long repeated, long nowUs)
    {
        // A number that was never sent would hide all that comes until it is.
        var highest = Math.Min(highestOut, highestOut + (short)((ushort)block.HighestSequence - (ushort)highestOut));
        var count = _highest == 0 ? sent : highest - _highest;
        _highest = Math.Max(_highest, highest);
        LossRate = block.FractionLost / 256.0;
        // What comes again may make it smaller; nobody loses more than was sent.
        PacketsLost = Math.Max(PacketsLost, Math.Clamp(block.CumulativeLost, 0, sent + repeated));
        foreach (ref readonly var report in _sent.AsSpan())
        {
            if (block.LastReport == 0 || report.MiddleOfNtp != block.LastReport)
                continue;
            var delayUs = block.DelaySinceLastReport * 1_000_000L >> 16;
            RoundTripUs = Math.Max(1, nowUs - report.SentUs - delayUs);
        }

        return Math.Clamp(count, 0, sent);
    }
}
