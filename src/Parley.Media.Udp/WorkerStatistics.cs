// What a worker has done, for metrics.
using Parley.Media.Engine;

namespace Parley.Media.Udp;

/// <summary>Counts of one worker since it began.</summary>
/// <param name="Worker">Its number, from 0 on.</param>
/// <param name="DatagramsReceived">Datagrams read.</param>
/// <param name="DatagramsSent">Datagrams that the system took.</param>
/// <param name="BytesSent">Bytes of them.</param>
/// <param name="SendCalls">Calls that handed them over.</param>
/// <param name="SendFailures">Datagrams that the system did not take.</param>
/// <param name="LongestTurnUs">The longest time from reading a datagram to the end of the turn that forwarded it, in microseconds.</param>
/// <param name="Drops">What was dropped, and why.</param>
public sealed record WorkerStatistics(
    int Worker, long DatagramsReceived, long DatagramsSent, long BytesSent, long SendCalls, long SendFailures, long LongestTurnUs, DropCounters Drops);
