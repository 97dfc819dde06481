// The relation of an encoding's RTP timestamps to its publisher's wall clock, from sender reports. RFC 3550 §6.4.1.
namespace Parley.Media.Receive;

/// <summary>The last sender report, and when it came.</summary>
internal sealed class ClockMap
{
    /// <summary>True when a report has come.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The publisher's wall clock in the report, as NTP: seconds in the upper half, their fraction in the lower.</summary>
    public ulong Ntp { get; private set; }

    /// <summary>The RTP timestamp of the same instant.</summary>
    public uint Timestamp { get; private set; }

    /// <summary>When the report came, by our clock.</summary>
    public long ArrivalUs { get; private set; }

    /// <summary>Takes a report.</summary>
    public void Report(ulong ntp, uint timestamp, long nowUs)
    {
        IsKnown = true;
        Ntp = ntp;
        Timestamp = timestamp;
        ArrivalUs = nowUs;
    }
}
