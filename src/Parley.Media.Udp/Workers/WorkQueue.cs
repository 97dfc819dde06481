// What other threads leave for a worker to do, and how they end its wait for it.
using System.Collections.Concurrent;
using Parley.Media.Udp.Sockets;

namespace Parley.Media.Udp.Workers;

/// <summary>Work in the order in which it came. Any thread adds; the worker does it, or whoever finds that it has ended abandons it.</summary>
/// <param name="poller">What the worker waits at; borrowed.</param>
internal sealed class WorkQueue(Poller poller)
{
    /// <summary>As much as one turn does: media waits meanwhile.</summary>
    private const int MostInATurn = 64;

    private readonly ConcurrentQueue<(Action<MediaWorker, long> Do, Action? Abandon)> _waiting = new();

    private int _woken;
    private volatile bool _isOver;

    public bool IsEmpty => _waiting.IsEmpty;

    /// <summary>Work whose result, or exception, is a task's: <see cref="ObjectDisposedException"/> when it is abandoned.</summary>
    public static (Action<MediaWorker, long> Run, Action Abandon, Task<T> Result) Wrap<T>(Func<MediaWorker, long, T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Run, () => done.SetException(new ObjectDisposedException(nameof(MediaServer))), done.Task);

        void Run(MediaWorker worker, long nowUs)
        {
            try
            {
                done.SetResult(work(worker, nowUs));
            }
#pragma warning disable CA1031 // It is the caller's to handle.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                done.SetException(exception);
            }
        }
    }

    /// <summary>Leaves work. From any thread.</summary>
    public void Add(Action<MediaWorker, long> work, Action? abandon)
    {
        _waiting.Enqueue((work, abandon));
        Wake();
        Interlocked.MemoryBarrier();
        if (_isOver)
            Abandon();
    }

    /// <summary>Ends the worker's wait: something was left for it, here or elsewhere. From any thread.</summary>
    public void Wake()
    {
        // Nobody waits any more once it is over.
        if (!_isOver && Interlocked.Exchange(ref _woken, 1) == 0)
            poller.Wake();
    }

    /// <summary>Does some of it: as much as one turn does, and no more once so much time has passed since the turn began.</summary>
    public void Do(MediaWorker worker, long begunUs, long mostUs)
    {
        // Before we look: whoever leaves something after that wakes us again.
        Interlocked.Exchange(ref _woken, 0);
        for (var done = 0; done < MostInATurn && _waiting.TryDequeue(out var work); done++)
        {
            work.Do(worker, begunUs);
            if (MonotonicClock.NowUs - begunUs >= mostUs)
                return;
        }
    }

    /// <summary>The worker has ended: nobody will do what is left, or what comes.</summary>
    public void End()
    {
        _isOver = true;
        // Whoever leaves something from here on sees that it is over, or we see what was left.
        Interlocked.MemoryBarrier();
        Abandon();
    }

    private void Abandon()
    {
        while (_waiting.TryDequeue(out var work))
            work.Abandon?.Invoke();
    }
}
