// The serial loop under every actor: a bounded mailbox that is drained by whoever posts into it while it is idle.
using System.Collections.Concurrent;

namespace Parley.Rooms;

/// <summary>Runs one turn at a time, in the order of posting, without a thread or a lock of its own.</summary>
/// <typeparam name="TCommand">What turns are made of.</typeparam>
/// <param name="capacity">How many commands may wait before <see cref="TryPost"/> refuses.</param>
/// <param name="batch">How many turns a posting caller runs at most before the pool takes over, so that a flood does not hold it.</param>
public abstract class SerialActor<TCommand>(int capacity, int batch) : IThreadPoolWorkItem
    where TCommand : class
{
    private readonly ConcurrentQueue<TCommand> _mailbox = new();
    private int _length;
    private int _draining;
    private volatile bool _closed;

    /// <summary>True when nothing more is taken.</summary>
    public bool IsClosed => _closed;

    /// <summary>Takes a command in; it may run on the caller before this returns.</summary>
    /// <returns>False when the actor is closed or its mailbox is full.</returns>
    public bool TryPost(TCommand command)
    {
        if (_closed)
            return false;
        if (Interlocked.Increment(ref _length) > capacity)
        {
            _ = Interlocked.Decrement(ref _length);
            return false;
        }

        Enqueue(command);
        return true;
    }

    /// <summary>The pool's entry into the loop; not for anybody else.</summary>
    public void Execute() => Drain();

    /// <summary>Takes in what the actor itself waits for (results, deadlines), however full the mailbox is.</summary>
    protected void Post(TCommand command)
    {
        _ = Interlocked.Increment(ref _length);
        Enqueue(command);
    }

    /// <summary>Refuses everything from now on. Commands already in the mailbox still come to <see cref="Turn"/>.</summary>
    protected void Close() => _closed = true;

    /// <summary>Handles one command. Throws nothing.</summary>
    protected abstract void Turn(TCommand command);

    /// <summary>Called before the loop rests or moves to the pool.</summary>
    protected virtual void Rest()
    {
    }

    private void Enqueue(TCommand command)
    {
        _mailbox.Enqueue(command);
        if (Interlocked.CompareExchange(ref _draining, 1, 0) == 0)
            Drain();
    }

    // Whoever set _draining owns the loop. It is given back with a full fence before the mailbox is looked at once more,
    // so that a command enqueued in between is seen either by this loop or by its own poster.
    private void Drain()
    {
        var budget = batch;
        do
        {
            while (_mailbox.TryDequeue(out var command))
            {
                _ = Interlocked.Decrement(ref _length);
                Turn(command);
                if (--budget > 0)
                    continue;
                Rest();
                _ = ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            Rest();
            _ = Interlocked.Exchange(ref _draining, 0);
        }
        while (!_mailbox.IsEmpty && Interlocked.CompareExchange(ref _draining, 1, 0) == 0);
    }
}
