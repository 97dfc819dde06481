// Takes what the system brought to the wrong worker to the one that knows the peer. The system spreads by addresses, and rooms are pinned to workers.
using Parley.Media.Engine;
using Parley.Media.Ice;

namespace Parley.Media.Udp.Workers;

/// <summary>The workers of a port, and a ring from each to each other.</summary>
internal sealed class SteeringGroup
{
    private readonly DatagramRing[] _rings;

    public SteeringGroup(int workers)
    {
        Workers = new MediaWorker[workers];
        Relays = new RelayRings(workers);
        _rings = [.. Enumerable.Range(0, workers * workers).Select(static _ => new DatagramRing())];
    }

    /// <summary>The workers; all are there before the first starts.</summary>
    public MediaWorker[] Workers { get; }

    public PortDirectory Directory { get; } = new();

    /// <summary>The ways of tracks that are read by another worker's peers.</summary>
    public RelayRings Relays { get; }

    /// <summary>What one worker has for another.</summary>
    public DatagramRing Ring(int from, int to) => _rings[from * Workers.Length + to];
}

/// <summary>One worker's end. Used on its thread; its counts are read by any.</summary>
internal sealed class Steering(SteeringGroup group, int index)
{
    private readonly bool[] _toWake = new bool[group.Workers.Length];
    private long _steered;
    private long _dropped;

    /// <summary>Datagrams and connections that were handed to another worker.</summary>
    public long Steered => Volatile.Read(ref _steered);

    /// <summary>Datagrams for which there was no room.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>True when others have something for us.</summary>
    public bool HasArrivals
    {
        get
        {
            for (var from = 0; from < _toWake.Length; from++)
            {
                if (!group.Ring(from, index).IsEmpty)
                    return true;
            }

            return false;
        }
    }

    /// <summary>The worker whose peer has a user name fragment; null when it is ours, or nobody's.</summary>
    public MediaWorker? FindOther(ReadOnlySpan<byte> ufrag)
    {
        var owner = group.Directory.OwnerOf(ufrag);
        return owner < 0 || owner == index ? null : group.Workers[owner];
    }

    /// <summary>A datagram has come here: our engine gets it, or the worker that it is for.</summary>
    public void Handle(ref UdpSink sink, MediaEngine engine, in PathKey key, ReadOnlySpan<byte> datagram, long nowUs)
    {
        var path = engine.FindPath(in key);
        if (TryPassOn(in key, path >= 0, datagram))
            return;
        if (path >= 0)
            engine.HandleDatagram(ref sink, path, datagram, nowUs);
        else
            engine.HandleDatagram(ref sink, in key, datagram, nowUs);
    }

    /// <summary>A connection was handed to another worker.</summary>
    public void NoteSteered() => _steered++;

    /// <summary>Wakes those who were given something since the last call.</summary>
    public void WakeOthers()
    {
        for (var to = 0; to < _toWake.Length; to++)
        {
            if (!_toWake[to])
                continue;
            _toWake[to] = false;
            group.Workers[to].Wake();
        }
    }

    /// <summary>Gives the engine what others had for us, up to a number, one from each in turn.</summary>
    public void TakeArrivals(ref UdpSink sink, MediaEngine engine, int most, long nowUs)
    {
        var taken = 0;
        for (var before = -1; taken < most && taken != before;)
        {
            before = taken;
            for (var from = 0; from < _toWake.Length && taken < most; from++)
            {
                var ring = group.Ring(from, index);
                if (!ring.TryPeek(out var key, out var datagram))
                    continue;
                taken++;
                try
                {
                    engine.HandleDatagram(ref sink, in key, datagram, nowUs);
                }
                finally
                {
                    // One that fails would be looked at in every turn.
                    ring.Release();
                }
            }
        }
    }

    /// <summary>A path was opened here: whoever had it before has it no more.</summary>
    public void Claim(in PathKey key)
    {
        var former = group.Directory.Claim(in key, index);
        if (former < 0)
            return;
        var lost = key;
        group.Workers[former].Post((worker, _) =>
        {
            var sink = new UdpSink(worker);
            worker.Engine.LosePath(ref sink, worker.Engine.FindPath(in lost));
        });
    }

    /// <summary>A path of ours is gone.</summary>
    public void Release(in PathKey key) => group.Directory.Release(in key, index);

    // True when it was for another worker, who has it now.
    private bool TryPassOn(in PathKey key, bool isKnown, ReadOnlySpan<byte> datagram)
    {
        // A check says for whom it is, also over a path that belonged to a peer of ours before.
        int owner;
        if (DatagramRouter.Classify(datagram) == DatagramKind.Stun)
            owner = ConnectivityCheck.TryReadAddressee(datagram, out var ufrag) ? group.Directory.OwnerOf(ufrag) : PortDirectory.Nobody;
        else
            owner = isKnown ? index : group.Directory.OwnerOf(in key);
        if (owner < 0 || owner == index)
            return false;
        if (group.Ring(index, owner).TryWrite(in key, datagram))
        {
            _toWake[owner] = true;
            _steered++;
        }
        else
        {
            _dropped++;
        }

        return true;
    }
}
