// One thread that runs associations: takes what others bring, lets OpenSSL work, and wakes for retransmissions.
using System.Collections.Concurrent;
using System.Diagnostics;

namespace Parley.Media.Udp.Dtls;

internal enum HandshakeWork : byte
{
    Start,
    Datagram,
    Send,
    Close,
    CloseQuietly,
}

/// <summary>Something to be done for a peer, with the buffer it came in.</summary>
internal readonly record struct HandshakeItem(HandshakeWork Work, DtlsPeer Peer, byte[]? Buffer, int Length);

/// <summary>Owns its thread. Posting never waits.</summary>
internal sealed class HandshakeThread : IDisposable
{
    // Between two looks at the deadlines.
    private const int ItemsPerTurn = 64;

    private readonly DtlsHandshakes _owner;
    private readonly DatagramPool _pool;
    private readonly ConcurrentQueue<HandshakeItem> _inbox = new();
    private readonly PriorityQueue<DtlsPeer, TimeSpan> _deadlines = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Thread _thread;
    private int _sleeps;
    private volatile bool _stops;

    public HandshakeThread(DtlsHandshakes owner, DatagramPool pool, PeerSurroundings around, int number)
    {
        _owner = owner;
        _pool = pool;
        Around = around;
        _thread = new Thread(Run) { IsBackground = true, Name = $"parley dtls {number}" };
        _thread.Start();
    }

    public PeerSurroundings Around { get; }

    /// <summary>Time as the deadlines count it.</summary>
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    public void Post(HandshakeItem item)
    {
        _inbox.Enqueue(item);
        if (Interlocked.Exchange(ref _sleeps, 0) == 1)
            _wake.Set();
    }

    /// <summary>Finishes what has been posted and ends the thread.</summary>
    public void Dispose()
    {
        _stops = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            for (var done = 0; done < ItemsPerTurn && _inbox.TryDequeue(out var item); done++)
                Handle(item);
            HandleDeadlines();
            if (!_inbox.IsEmpty)
                continue;
            if (_stops)
                return;
            Volatile.Write(ref _sleeps, 1);
            Interlocked.MemoryBarrier();
            if (_inbox.IsEmpty && !_stops)
                _wake.WaitOne(UntilNextDeadline());
            Volatile.Write(ref _sleeps, 0);
        }
    }

    private void Handle(in HandshakeItem item)
    {
        var peer = item.Peer;
        try
        {
            switch (item.Work)
            {
                case HandshakeWork.Start:
                    peer.HandleStart(Now);
                    break;
                case HandshakeWork.Datagram:
                    peer.HandleDatagram(new ArraySegment<byte>(item.Buffer!, 0, item.Length), Now);
                    break;
                case HandshakeWork.Send:
                    peer.HandleSend(item.Buffer.AsSpan(0, item.Length));
                    break;
                case HandshakeWork.Close:
                    peer.HandleClose(quietly: false);
                    break;
                case HandshakeWork.CloseQuietly:
                    peer.HandleClose(quietly: true);
                    break;
            }
        }
#pragma warning disable CA1031 // a fault ends one association, never the thread that serves all
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _owner.HandleFault(peer, fault);
        }

        if (item.Buffer is not null)
        {
            peer.GivePlaceBack();
            _pool.Return(item.Buffer);
        }

        Settle(peer);
    }

    private void HandleDeadlines()
    {
        var now = Now;
        while (_deadlines.TryPeek(out var peer, out var at) && at <= now)
        {
            _deadlines.Dequeue();
            if (peer.QueuedDeadline != at)
                continue; // an earlier entry has taken its place
            peer.QueuedDeadline = TimeSpan.MaxValue;
            try
            {
                peer.HandleDeadline(now);
            }
#pragma warning disable CA1031 // as above
            catch (Exception fault)
#pragma warning restore CA1031
            {
                _owner.HandleFault(peer, fault);
            }

            Settle(peer);
        }
    }

    private void Settle(DtlsPeer peer)
    {
        if (peer.Deadline >= peer.QueuedDeadline)
            return;
        peer.QueuedDeadline = peer.Deadline;
        _deadlines.Enqueue(peer, peer.Deadline);
    }

    private TimeSpan UntilNextDeadline()
    {
        if (!_deadlines.TryPeek(out _, out var at))
            return Timeout.InfiniteTimeSpan;
        // Whole milliseconds, rounded up: waking too early would only spin.
        var rest = Math.Ceiling((at - Now).TotalMilliseconds);
        return TimeSpan.FromMilliseconds(Math.Clamp(rest, 0, int.MaxValue));
    }
}
