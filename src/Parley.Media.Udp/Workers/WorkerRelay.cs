// Tracks on their way between the workers of a server, so that a room may take more than one core.
using Parley.Media.Engine;
using Parley.Media.Relay;

namespace Parley.Media.Udp.Workers;

/// <summary>A ring from each worker to each other, for records of relayed tracks.</summary>
internal sealed class RelayRings(int workers)
{
    /// <summary>A fifteenth of a second at a hundred megabits per second.</summary>
    public const int Capacity = 1 << 20;

    private readonly RecordRing[] _rings = [.. Enumerable.Range(0, workers * workers).Select(static _ => new RecordRing(Capacity))];

    public int Workers => workers;

    /// <summary>What one worker has for another.</summary>
    public RecordRing this[int from, int to] => _rings[from * workers + to];
}

/// <summary>One worker's end. Used on its thread; its counts are read by any.</summary>
internal sealed class WorkerRelay(SteeringGroup group, int index, MediaEngine engine)
{
    /// <summary>Records of one turn: as many as datagrams.</summary>
    public const int MaxRecords = 64;

    private static readonly RelayOptions Options = new() { SharesClock = true };

    private readonly RelayLink?[] _links = new RelayLink?[group.Workers.Length];
    private int _first;

    /// <summary>True when others have something for us.</summary>
    public bool HasArrivals
    {
        get
        {
            for (var from = 0; from < _links.Length; from++)
            {
                if (_links[from] is not null && !group.Relays[from, index].IsEmpty)
                    return true;
            }

            return false;
        }
    }

    /// <summary>The link to another worker, which opens the other end when it is needed there.</summary>
    public RelayLink LinkTo(int worker)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(worker, index);
        return Volatile.Read(ref _links[worker]) ?? Open(worker);
    }

    /// <summary>What has passed, for metrics.</summary>
    public RelayStatistics Read()
    {
        long sent = 0, dropped = 0, received = 0, repeated = 0;
        for (var i = 0; i < _links.Length; i++)
        {
            if (Volatile.Read(ref _links[i])?.Counters is not { } counters)
                continue;
            sent += counters.Sent;
            dropped += counters.Dropped;
            received += counters.Received;
            repeated += counters.Repeated;
        }

        return new RelayStatistics(sent, dropped, received, repeated);
    }

    /// <summary>Gives the engine what others had for us, one from each in turn.</summary>
    /// <returns>How many.</returns>
    public int TakeArrivals(long nowUs)
    {
        var taken = 0;
        for (var empty = 0; taken < MaxRecords && empty < _links.Length; _first = _first + 1 == _links.Length ? 0 : _first + 1)
        {
            // Where there is no link nobody here has asked for anything; what is said there all the same is said again when there is one.
            if (_links[_first] is not { } link || group.Relays[_first, index] is not { } ring || !ring.TryPeek(out var record))
            {
                empty++;
                continue;
            }

            empty = 0;
            taken++;
            try
            {
                link.HandleRecord(record, nowUs);
            }
            finally
            {
                ring.Release();
            }
        }

        return taken;
    }

    private RelayLink Open(int worker)
    {
        var link = engine.OpenLink(new RingPort(group.Relays[index, worker], group.Workers[worker]), Options);
        Volatile.Write(ref _links[worker], link);
        return link;
    }

    private sealed class RingPort(RecordRing ring, MediaWorker other) : IRelayPort
    {
        public bool TryReserve(int length, out Span<byte> room) => ring.TryReserve(length, out room);

        public void Commit(int length) => ring.Commit(length);

        public void Flush() => other.Wake();
    }
}
