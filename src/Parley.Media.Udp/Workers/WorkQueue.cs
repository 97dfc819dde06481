// What other threads leave for a worker to do.
using System.Collections.Concurrent;

namespace Parley.Media.Udp.Workers;

/// <summary>Work in the order in which it came. Any thread adds; the worker does it, or whoever finds that it has ended abandons it.</summary>
internal sealed class WorkQueue
{
    /// <summary>As much as one turn does: media waits meanwhile.</summary>
    private const int MostInATurn = 64;

    private readonly ConcurrentQueue<(Action<MediaWorker, long> Do, Action? Abandon)> _waiting = new();

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

    public void Add(Action<MediaWorker, long> work, Action? abandon) => _waiting.Enqueue((work, abandon));

    /// <summary>Does some of it: as much as one turn does, and no more once so much time has passed since the turn began.</summary>
    public void Do(MediaWorker worker, long begunUs, long mostUs)
    {
        for (var done = 0; done < MostInATurn && _waiting.TryDequeue(out var work); done++)
        {
            work.Do(worker, begunUs);
            if (MonotonicClock.NowUs - begunUs >= mostUs)
                return;
        }
    }

    /// <summary>Nobody will do what is left.</summary>
    public void Abandon()
    {
        while (_waiting.TryDequeue(out var work))
            work.Abandon?.Invoke();
    }
}
