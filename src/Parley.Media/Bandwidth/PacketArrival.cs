// What a peer says of one packet in transport-wide feedback. draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
namespace Parley.Media.Bandwidth;

/// <summary>One packet's fate, as the receiver reports it.</summary>
/// <param name="Sequence">The transport-wide sequence number.</param>
/// <param name="ArrivalUs">When it arrived, on the receiver's clock, in microseconds from any zero; <see cref="Lost"/> when it did not.</param>
public readonly record struct PacketArrival(ushort Sequence, long ArrivalUs)
{
    /// <summary>The arrival of a packet that has not arrived.</summary>
    public const long Lost = long.MinValue;

    /// <summary>True when the packet has arrived.</summary>
    public bool HasArrived => ArrivalUs != Lost;
}
