// What a worker has done, for metrics.
using Parley.Media.Engine;

namespace Parley.Media.Udp;

/// <summary>Counts of one worker since it began.</summary>
/// <param name="Worker">Its number, from 0 on.</param>
/// <param name="DatagramsReceived">Datagrams read, and frames of connections; those that another worker read and handed over count there.</param>
/// <param name="BytesReceived">Bytes that were read: of datagrams without the headers of UDP and IP, of connections with the prefixes of frames.</param>
/// <param name="DatagramsSent">Datagrams that the system took.</param>
/// <param name="BytesSent">Bytes of them, counted likewise.</param>
/// <param name="SendCalls">Calls that handed them over.</param>
/// <param name="SendFailures">Datagrams that the system did not take.</param>
/// <param name="LongestTurnUs">The longest turn of the last 15 to 30 s, in microseconds: reading, deadlines, work and forwarding until everything was sent.</param>
/// <param name="Drops">What was dropped, and why.</param>
public sealed record WorkerStatistics(
    int Worker, long DatagramsReceived, long BytesReceived, long DatagramsSent, long BytesSent, long SendCalls, long SendFailures, long LongestTurnUs, DropCounters Drops)
{
    /// <summary>Peers that it has now.</summary>
    public int Peers { get; init; }

    /// <summary>What was lost, and what was done about it.</summary>
    public RepairCounters Repairs { get; init; } = new();

    /// <summary>What its connections did.</summary>
    public TcpStatistics Tcp { get; init; } = new(0, 0, 0, 0, 0);

    /// <summary>Datagrams and connections that came here and were handed to the worker of their peer.</summary>
    public long Steered { get; init; }

    /// <summary>Datagrams that were not, because that worker was behind.</summary>
    public long SteeringDrops { get; init; }

    /// <summary>What passed between it and the other workers.</summary>
    public RelayStatistics Relay { get; init; } = new(0, 0, 0, 0);
}

/// <summary>Counts of what a worker relays since it began.</summary>
/// <param name="Sent">Records for other workers: packets, and how things stand.</param>
/// <param name="Dropped">Records for which there was no room, because the other worker was behind; packets among them are asked for again.</param>
/// <param name="Received">Records of other workers.</param>
/// <param name="Repeated">Packets that another worker missed and was sent again.</param>
public sealed record RelayStatistics(long Sent, long Dropped, long Received, long Repeated);

/// <summary>Counts of a worker's connections since it began.</summary>
/// <param name="Accepted">Connections accepted.</param>
/// <param name="Open">Connections that are open.</param>
/// <param name="Refused">Connections that did not begin with a good check in time, or broke the framing.</param>
/// <param name="DroppedFull">Frames that a connection had no room for.</param>
/// <param name="DroppedOld">Frames that had waited too long.</param>
public sealed record TcpStatistics(long Accepted, long Open, long Refused, long DroppedFull, long DroppedOld);

