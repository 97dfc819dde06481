// The relation of an encoding's RTP timestamps to its publisher's wall clock, from sender reports. RFC 3550 §6.4.1.
namespace Parley.Media.Receive;

/// <summary>The last sender report, and when it came.</summary>
/// <param name="publisher">Whose clock it is: timestamps of the same clock can be compared.</param>
internal sealed class ClockMap(object publisher)
{
    /// <summary>Whose clock it is.</summary>
    public object Publisher { get; } = publisher;

    /// <summary>True when a report has come.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The publisher's wall clock in the report, as NTP: seconds in the upper half, their fraction in the lower.</summary>
    public ulong Ntp { get; private set; }

    /// <summary>The RTP timestamp of the same instant.</summary>
    public uint Timestamp { get; private set; }

    /// <summary>When the report came, by our clock.</summary>
    public long ArrivalUs { get; private set; }

    /// <summary>The publisher's wall clock at a timestamp near the last report's.</summary>
    public ulong NtpAt(uint timestamp, int clockRate) => Ntp + (ulong)(((Int128)(int)(timestamp - Timestamp) << 32) / clockRate);

    /// <summary>The timestamp at a time of the publisher's wall clock near the last report's.</summary>
    public uint TimestampAt(ulong ntp, int clockRate) => Timestamp + (uint)(int)((Int128)(long)(ntp - Ntp) * clockRate >> 32);

    /// <summary>The last report carried on to a time by our clock.</summary>
    public (ulong Ntp, uint Timestamp) CarryOn(long nowUs, int clockRate)
    {
        var elapsedUs = nowUs - ArrivalUs;
        // 2^32 fractions are a second.
        return (Ntp + (ulong)((Int128)elapsedUs * (1L << 32) / 1_000_000), Timestamp + (uint)(elapsedUs * clockRate / 1_000_000));
    }

    /// <summary>Which source's timestamps these are: the publisher may change it, and with it where they begin. It wraps.</summary>
    public byte Source { get; private set; }

    /// <summary>Timestamps are others from here on.</summary>
    public void BeginSource()
    {
        Source++;
        IsKnown = false;
    }

    /// <summary>Takes a report.</summary>
    public void Report(ulong ntp, uint timestamp, long nowUs)
    {
        IsKnown = true;
        Ntp = ntp;
        Timestamp = timestamp;
        ArrivalUs = nowUs;
    }
}
